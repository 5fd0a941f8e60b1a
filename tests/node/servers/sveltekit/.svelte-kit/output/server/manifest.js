export const manifest = (() => {
function __memo(fn) {
	let value;
	return () => value ??= (value = fn());
}

return {
	appDir: "_app",
	appPath: "_app",
	assets: new Set([]),
	mimeTypes: {},
	_: {
		client: {start:"_app/immutable/entry/start.ItqkBTZ-.js",app:"_app/immutable/entry/app.C3T_BBm1.js",imports:["_app/immutable/entry/start.ItqkBTZ-.js","_app/immutable/chunks/DuvvWyTh.js","_app/immutable/chunks/yQQ31W8E.js","_app/immutable/entry/app.C3T_BBm1.js","_app/immutable/chunks/yQQ31W8E.js","_app/immutable/chunks/xihTtKlq.js"],stylesheets:[],fonts:[],uses_env_dynamic_public:false},
		nodes: [
			__memo(() => import('./nodes/0.js')),
			__memo(() => import('./nodes/1.js'))
		],
		remotes: {
			
		},
		routes: [
			{
				id: "/delete",
				pattern: /^\/delete\/?$/,
				params: [],
				page: null,
				endpoint: __memo(() => import('./entries/endpoints/delete/_server.js'))
			},
			{
				id: "/logout",
				pattern: /^\/logout\/?$/,
				params: [],
				page: null,
				endpoint: __memo(() => import('./entries/endpoints/logout/_server.js'))
			},
			{
				id: "/merge",
				pattern: /^\/merge\/?$/,
				params: [],
				page: null,
				endpoint: __memo(() => import('./entries/endpoints/merge/_server.js'))
			},
			{
				id: "/session",
				pattern: /^\/session\/?$/,
				params: [],
				page: null,
				endpoint: __memo(() => import('./entries/endpoints/session/_server.js'))
			}
		],
		prerendered_routes: new Set([]),
		matchers: async () => {
			
			return {  };
		},
		server_assets: {}
	}
}
})();
