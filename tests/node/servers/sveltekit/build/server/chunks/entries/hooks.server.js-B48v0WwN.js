/**
 * RegExp to match cookie-name in RFC 6265 sec 4.1.1
 * This refers out to the obsoleted definition of token in RFC 2616 sec 2.2
 * which has been replaced by the token definition in RFC 7230 appendix B.
 *
 * cookie-name       = token
 * token             = 1*tchar
 * tchar             = "!" / "#" / "$" / "%" / "&" / "'" /
 *                     "*" / "+" / "-" / "." / "^" / "_" /
 *                     "`" / "|" / "~" / DIGIT / ALPHA
 *
 * Note: Allowing more characters - https://github.com/jshttp/cookie/issues/191
 * Allow same range as cookie value, except `=`, which delimits end of name.
 */
const cookieNameRegExp = /^[\u0021-\u003A\u003C\u003E-\u007E]+$/;
/**
 * RegExp to match cookie-value in RFC 6265 sec 4.1.1
 *
 * cookie-value      = *cookie-octet / ( DQUOTE *cookie-octet DQUOTE )
 * cookie-octet      = %x21 / %x23-2B / %x2D-3A / %x3C-5B / %x5D-7E
 *                     ; US-ASCII characters excluding CTLs,
 *                     ; whitespace DQUOTE, comma, semicolon,
 *                     ; and backslash
 *
 * Allowing more characters: https://github.com/jshttp/cookie/issues/191
 * Comma, backslash, and DQUOTE are not part of the parsing algorithm.
 */
const cookieValueRegExp = /^[\u0021-\u003A\u003C-\u007E]*$/;
/**
 * RegExp to match invalid cookie values to be encoded, including `%` for roundtrip safety.
 */
const cookieOctetInvalidRegExp = /[\u0000-\u0020\u007F-\uFFFF",;\\%]/;
/**
 * RegExp to match domain-value in RFC 6265 sec 4.1.1
 *
 * domain-value      = <subdomain>
 *                     ; defined in [RFC1034], Section 3.5, as
 *                     ; enhanced by [RFC1123], Section 2.1
 * <subdomain>       = <label> | <subdomain> "." <label>
 * <label>           = <let-dig> [ [ <ldh-str> ] <let-dig> ]
 *                     Labels must be 63 characters or less.
 *                     'let-dig' not 'letter' in the first char, per RFC1123
 * <ldh-str>         = <let-dig-hyp> | <let-dig-hyp> <ldh-str>
 * <let-dig-hyp>     = <let-dig> | "-"
 * <let-dig>         = <letter> | <digit>
 * <letter>          = any one of the 52 alphabetic characters A through Z in
 *                     upper case and a through z in lower case
 * <digit>           = any one of the ten digits 0 through 9
 *
 * Keep support for leading dot: https://github.com/jshttp/cookie/issues/173
 *
 * > (Note that a leading %x2E ("."), if present, is ignored even though that
 * character is not permitted, but a trailing %x2E ("."), if present, will
 * cause the user agent to ignore the attribute.)
 */
const domainValueRegExp = /^([.]?[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)([.][a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;
/**
 * RegExp to match path-value in RFC 6265 sec 4.1.1
 *
 * path-value        = <any CHAR except CTLs or ";">
 * CHAR              = %x01-7F
 *                     ; defined in RFC 5234 appendix B.1
 */
const pathValueRegExp = /^[\u0020-\u003A\u003D-\u007E]*$/;
/**
 * Serialize data into a cookie header.
 *
 * Serialize a name value pair into a cookie string suitable for
 * http headers. An optional options object specifies cookie parameters.
 *
 * stringifySetCookie({ name: 'foo', value: 'bar', httpOnly: true })
 *   => "foo=bar; HttpOnly"
 */
function stringifySetCookie(cookie, options) {
    const enc = defaultEncode;
    if (!cookieNameRegExp.test(cookie.name)) {
        throw new TypeError(`cookie name is invalid: ${cookie.name}`);
    }
    const value = cookie.value == null ? "" : enc(cookie.value);
    if (enc !== defaultEncode && !cookieValueRegExp.test(value)) {
        throw new TypeError(`cookie value is invalid: ${cookie.value}`);
    }
    let str = cookie.name + "=" + value;
    if (cookie.maxAge !== undefined) {
        if (!Number.isSafeInteger(cookie.maxAge)) {
            throw new TypeError(`cookie maxAge is invalid: ${cookie.maxAge}`);
        }
        str += "; Max-Age=" + cookie.maxAge;
    }
    if (cookie.domain) {
        if (!domainValueRegExp.test(cookie.domain)) {
            throw new TypeError(`cookie domain is invalid: ${cookie.domain}`);
        }
        str += "; Domain=" + cookie.domain;
    }
    if (cookie.path) {
        if (!pathValueRegExp.test(cookie.path)) {
            throw new TypeError(`cookie path is invalid: ${cookie.path}`);
        }
        str += "; Path=" + cookie.path;
    }
    if (cookie.expires) {
        const year = cookie.expires.getUTCFullYear();
        if (!(year >= 1601 && year <= 9999)) {
            throw new TypeError(`cookie expires is invalid: ${cookie.expires}`);
        }
        str += "; Expires=" + cookie.expires.toUTCString();
    }
    if (cookie.httpOnly) {
        str += "; HttpOnly";
    }
    if (cookie.secure) {
        str += "; Secure";
    }
    if (cookie.partitioned) {
        str += "; Partitioned";
    }
    if (cookie.priority) {
        const priority = typeof cookie.priority === "string"
            ? cookie.priority.toLowerCase()
            : undefined;
        switch (priority) {
            case "low":
                str += "; Priority=Low";
                break;
            case "medium":
                str += "; Priority=Medium";
                break;
            case "high":
                str += "; Priority=High";
                break;
            default:
                throw new TypeError(`cookie priority is invalid: ${cookie.priority}`);
        }
    }
    if (cookie.sameSite) {
        const sameSite = typeof cookie.sameSite === "string"
            ? cookie.sameSite.toLowerCase()
            : cookie.sameSite;
        switch (sameSite) {
            case true:
            case "strict":
                str += "; SameSite=Strict";
                break;
            case "lax":
                str += "; SameSite=Lax";
                break;
            case "none":
                str += "; SameSite=None";
                break;
            default:
                throw new TypeError(`cookie sameSite is invalid: ${cookie.sameSite}`);
        }
    }
    return str;
}
/**
 * URL-encode string value. Optimized to skip native call for roundtrip-safe cookie-octet values.
 */
function defaultEncode(str) {
    return cookieOctetInvalidRegExp.test(str) ? encodeURIComponent(str) : str;
}

const objectToString = Object.prototype.toString;
const uint8ArrayStringified = '[object Uint8Array]';
const arrayBufferStringified = '[object ArrayBuffer]';

function isType(value, typeConstructor, typeStringified) {
	if (!value) {
		return false;
	}

	if (value.constructor === typeConstructor) {
		return true;
	}

	return objectToString.call(value) === typeStringified;
}

function isUint8Array(value) {
	return isType(value, Uint8Array, uint8ArrayStringified);
}

function isArrayBuffer(value) {
	return isType(value, ArrayBuffer, arrayBufferStringified);
}

function isUint8ArrayOrArrayBuffer(value) {
	return isUint8Array(value) || isArrayBuffer(value);
}

function toUint8ArrayIfArrayBuffer(value) {
	return isArrayBuffer(value) ? new Uint8Array(value) : value;
}

function assertUint8ArrayOrArrayBuffer(value) {
	if (!isUint8ArrayOrArrayBuffer(value)) {
		throw new TypeError(`Expected \`Uint8Array\` or \`ArrayBuffer\`, got \`${typeof value}\``);
	}
}

({
	utf8: new globalThis.TextDecoder('utf8'),
});

function assertString(value) {
	if (typeof value !== 'string') {
		throw new TypeError(`Expected \`string\`, got \`${typeof value}\``);
	}
}

new globalThis.TextEncoder();

function base64ToBase64Url(base64) {
	return base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function base64UrlToBase64(base64url) {
	const base64 = base64url.replaceAll('-', '+').replaceAll('_', '/');
	const padding = (4 - (base64.length % 4)) % 4;
	return base64 + '='.repeat(padding);
}

// Reference: https://phuoc.ng/collection/this-vs-that/concat-vs-push/
// Important: Keep this value divisible by 3 so intermediate chunks produce no Base64 padding.
const MAX_BLOCK_SIZE = 65_535;

function uint8ArrayToBase64(array, {urlSafe = false} = {}) {
	assertUint8ArrayOrArrayBuffer(array);
	array = toUint8ArrayIfArrayBuffer(array);

	let base64 = '';

	for (let index = 0; index < array.length; index += MAX_BLOCK_SIZE) {
		const chunk = array.subarray(index, index + MAX_BLOCK_SIZE);
		// Required as `btoa` and `atob` don't properly support Unicode: https://developer.mozilla.org/en-US/docs/Glossary/Base64#the_unicode_problem
		base64 += globalThis.btoa(String.fromCodePoint.apply(undefined, chunk));
	}

	return urlSafe ? base64ToBase64Url(base64) : base64;
}

function base64ToUint8Array(base64String) {
	assertString(base64String);
	return Uint8Array.from(globalThis.atob(base64UrlToBase64(base64String)), x => x.codePointAt(0));
}

const byteToHexLookupTable = Array.from({length: 256}, (_, index) => index.toString(16).padStart(2, '0'));

function uint8ArrayToHex(array) {
	assertUint8ArrayOrArrayBuffer(array);
	array = toUint8ArrayIfArrayBuffer(array);

	// Concatenating a string is faster than using an array.
	let hexString = '';

	// eslint-disable-next-line unicorn/no-for-loop -- Max performance is critical.
	for (let index = 0; index < array.length; index++) {
		hexString += byteToHexLookupTable[array[index]];
	}

	return hexString;
}

/* @ts-self-types="./index.d.ts" */
function losslessJsonStringify(data) {
	try {
		if (isJson(data)) {
			let stringified = JSON.stringify(data);
			if (stringified) return stringified;
		}
	} catch {}
	throw Error("Data is not JSON serializable");
}
function jsonParse(string) {
	try {
		return JSON.parse(string);
	} catch (err) {
		throw Error("Failed parsing sealed object JSON: " + err.message);
	}
}
function isJson(val) {
	let stack = [], seen = /* @__PURE__ */ new WeakSet(), check = (val$1) => val$1 === null || typeof val$1 == "string" || typeof val$1 == "boolean" ? true : typeof val$1 == "number" ? Number.isFinite(val$1) : typeof val$1 == "object" ? seen.has(val$1) ? true : (seen.add(val$1), stack.push(val$1), true) : false;
	if (!check(val)) return false;
	for (; stack.length;) {
		let obj = stack.pop();
		if (Array.isArray(obj)) {
			let i$1 = obj.length;
			for (; i$1--;) if (!check(obj[i$1])) return false;
			continue;
		}
		let proto = Reflect.getPrototypeOf(obj);
		if (proto !== null && proto !== Object.prototype) return false;
		let keys = Reflect.ownKeys(obj), i = keys.length;
		for (; i--;) {
			let key = keys[i];
			if (typeof key != "string" || Reflect.getOwnPropertyDescriptor(obj, key)?.enumerable === false) return false;
			let val$1 = obj[key];
			if (val$1 !== void 0 && !check(val$1)) return false;
		}
	}
	return true;
}
const enc = /* @__PURE__ */ new TextEncoder(), dec = /* @__PURE__ */ new TextDecoder(), jsBase64Enabled = /* @__PURE__ */ (() => typeof Uint8Array.fromBase64 == "function" && typeof Uint8Array.prototype.toBase64 == "function" && typeof Uint8Array.prototype.toHex == "function")();
function b64ToU8(str) {
	return jsBase64Enabled ? Uint8Array.fromBase64(str, { alphabet: "base64url" }) : base64ToUint8Array(str);
}
function u8ToB64(arr) {
	return arr = arr instanceof ArrayBuffer ? new Uint8Array(arr) : arr, jsBase64Enabled ? arr.toBase64({
		alphabet: "base64url",
		omitPadding: true
	}) : uint8ArrayToBase64(arr, { urlSafe: true });
}
function u8ToHex(arr) {
	return arr = arr instanceof ArrayBuffer ? new Uint8Array(arr) : arr, jsBase64Enabled ? arr.toHex() : uint8ArrayToHex(arr);
}
const defaults = /* @__PURE__ */ Object.freeze({
	encryption: /* @__PURE__ */ Object.freeze({
		algorithm: "aes-256-cbc",
		saltBits: 256,
		iterations: 1,
		minPasswordlength: 32
	}),
	integrity: /* @__PURE__ */ Object.freeze({
		algorithm: "sha256",
		saltBits: 256,
		iterations: 1,
		minPasswordlength: 32
	}),
	ttl: 0,
	timestampSkewSec: 60,
	localtimeOffsetMsec: 0
});
const algorithms = /* @__PURE__ */ Object.freeze({
	"aes-128-ctr": /* @__PURE__ */ Object.freeze({
		keyBits: 128,
		ivBits: 128,
		name: "AES-CTR"
	}),
	"aes-256-cbc": /* @__PURE__ */ Object.freeze({
		keyBits: 256,
		ivBits: 128,
		name: "AES-CBC"
	}),
	sha256: /* @__PURE__ */ Object.freeze({
		keyBits: 256,
		ivBits: void 0,
		name: "SHA-256"
	})
}), macPrefix = "Fe26.2";
function randomBits(bits) {
	return crypto.getRandomValues(new Uint8Array(bits / 8));
}
async function generateKey(password, options) {
	if (!password || !password.length) throw Error("Empty password");
	if (!options || typeof options != "object") throw Error("Bad options");
	let algorithm = algorithms[options.algorithm];
	if (!algorithm) throw Error("Unknown algorithm: " + options.algorithm);
	let isHmac = algorithm.name === "SHA-256", id = isHmac ? {
		name: "HMAC",
		hash: algorithm.name,
		length: algorithm.keyBits
	} : {
		name: algorithm.name,
		length: algorithm.keyBits
	}, usages = isHmac ? ["sign", "verify"] : ["encrypt", "decrypt"], iv = options.iv || (algorithm.ivBits ? randomBits(algorithm.ivBits) : void 0);
	if (typeof password == "string") {
		if (password.length < options.minPasswordlength) throw Error("Password string too short (min " + options.minPasswordlength + " characters required)");
		let salt = options.salt;
		if (!salt) {
			if (!options.saltBits) throw Error("Missing salt and saltBits options");
			salt = u8ToHex(randomBits(options.saltBits));
		}
		let baseKey = await crypto.subtle.importKey("raw", enc.encode(password), "PBKDF2", false, ["deriveKey"]), algorithm$1 = {
			name: "PBKDF2",
			salt: enc.encode(salt),
			iterations: options.iterations,
			hash: "SHA-1"
		};
		return {
			key: await crypto.subtle.deriveKey(algorithm$1, baseKey, id, false, usages),
			iv,
			salt
		};
	}
	if (password.length < algorithm.keyBits / 8) throw Error("Key buffer (password) too small");
	return {
		key: await crypto.subtle.importKey("raw", password.slice(), id, false, usages),
		iv,
		salt: ""
	};
}
function getEncryptParams(algorithm, key, data) {
	return [
		algorithm === "aes-128-ctr" ? {
			name: "AES-CTR",
			counter: key.iv,
			length: 128
		} : {
			name: "AES-CBC",
			iv: key.iv
		},
		key.key,
		typeof data == "string" ? enc.encode(data) : data.slice()
	];
}
async function encrypt(password, options, data) {
	let key = await generateKey(password, options), encrypted = await crypto.subtle.encrypt(...getEncryptParams(options.algorithm, key, data));
	return {
		encrypted: new Uint8Array(encrypted),
		key
	};
}
async function decrypt(password, options, data) {
	let key = await generateKey(password, options), decrypted = await crypto.subtle.decrypt(...getEncryptParams(options.algorithm, key, data));
	return dec.decode(decrypted);
}
async function hmacWithPassword(password, options, data) {
	let key = await generateKey(password, options);
	return {
		digest: u8ToB64(await crypto.subtle.sign("HMAC", key.key, enc.encode(data))),
		salt: key.salt
	};
}
function normalizePassword(password) {
	let normalized = typeof password == "string" || password instanceof Uint8Array ? {
		encryption: password,
		integrity: password
	} : password && typeof password == "object" ? "secret" in password ? {
		id: password.id,
		encryption: password.secret,
		integrity: password.secret
	} : {
		id: password.id,
		encryption: password.encryption,
		integrity: password.integrity
	} : void 0;
	if (!normalized || !normalized.encryption || normalized.encryption.length === 0 || !normalized.integrity || normalized.integrity.length === 0) throw Error("Empty password");
	return normalized;
}
async function seal(object, password, options) {
	let now = Date.now() + (options.localtimeOffsetMsec || 0), { id = "", encryption, integrity } = normalizePassword(password);
	if (id && !/^\w+$/.test(id)) throw Error("Invalid password id");
	let { encrypted, key } = await encrypt(encryption, options.encryption, (options.encode || losslessJsonStringify)(object)), expiration = options.ttl ? now + options.ttl : "", macBaseString = macPrefix + "*" + id + "*" + key.salt + "*" + u8ToB64(key.iv) + "*" + u8ToB64(encrypted) + "*" + expiration, mac = await hmacWithPassword(integrity, options.integrity, macBaseString);
	return macBaseString + "*" + mac.salt + "*" + mac.digest;
}
async function unseal(sealed, password, options) {
	let now = Date.now() + (options.localtimeOffsetMsec || 0), parts = sealed.split("*");
	if (parts.length !== 8) throw Error("Incorrect number of sealed components");
	let [prefix, passwordId, encryptionSalt, ivB64, encryptedB64, expiration, hmacSalt, hmacDigestB64] = parts;
	if (prefix !== macPrefix) throw Error("Wrong mac prefix");
	if (expiration) {
		if (!/^[1-9]\d*$/.test(expiration)) throw Error("Invalid expiration");
		if (Number.parseInt(expiration, 10) <= now - options.timestampSkewSec * 1e3) throw Error("Expired seal");
	}
	let pass;
	if (typeof password == "string" || password instanceof Uint8Array) pass = password;
	else if (typeof password == "object" && password) {
		let passwordIdKey = passwordId || "default";
		if (pass = password[passwordIdKey], !pass) throw Error("Cannot find password: " + passwordIdKey);
	}
	pass = normalizePassword(pass);
	let key = await generateKey(pass.integrity, {
		...options.integrity,
		salt: hmacSalt
	}), macBaseString = prefix + "*" + passwordId + "*" + encryptionSalt + "*" + ivB64 + "*" + encryptedB64 + "*" + expiration;
	if (!await crypto.subtle.verify("HMAC", key.key, b64ToU8(hmacDigestB64), enc.encode(macBaseString))) throw Error("Bad hmac value");
	let decryptedString = await decrypt(pass.encryption, {
		...options.encryption,
		salt: encryptionSalt,
		iv: b64ToU8(ivB64)
	}, b64ToU8(encryptedB64));
	return (options.decode || jsonParse)(decryptedString);
}

//#region src/core.ts
const timestampSkewSec = 60;
const fourteenDaysInSeconds = 1209600;
const currentMajorVersion = 2;
const versionDelimiter = "~";
const defaultOptions = {
	ttl: fourteenDaysInSeconds,
	cookieOptions: {
		httpOnly: true,
		secure: true,
		sameSite: "lax",
		path: "/"
	},
	chunk: false
};
function normalizeStringPasswordToMap(password) {
	return typeof password === "string" ? { 1: password } : password;
}
/**
* Removes the trailing `~<version>` marker from a seal.
*
* The marker sits outside the seal's HMAC, so it is attacker-controlled and its
* value must never select a code path. iron-session v8 used it to unwrap a
* `persistent` key from v6-era cookies; v9 drops that format, so the marker is
* now inert metadata that we strip and ignore.
*/
function stripVersion(seal) {
	const delimiterIndex = seal.indexOf(versionDelimiter);
	return delimiterIndex === -1 ? seal : seal.slice(0, delimiterIndex);
}
function computeCookieMaxAge(ttl) {
	if (ttl === 0) return 2147483647;
	return ttl > timestampSkewSec ? ttl - timestampSkewSec : ttl;
}
/**
* Names the value that iron-webcrypto refused, so the error points at
* `session.lastSeen` instead of leaving you to find it.
*/
function describeUnserializable(data, path = "session", depth = 0) {
	const type = typeof data;
	if (type === "bigint" || type === "function" || type === "symbol") return ` (${path} is a ${type})`;
	if (type === "number" && !Number.isFinite(data)) return ` (${path} is ${String(data)})`;
	if (type !== "object" || data === null || depth > 5) return "";
	const object = data;
	const name = object.constructor?.name;
	if (!Array.isArray(object) && name !== void 0 && name !== "Object") return ` (${path} is a ${name})`;
	const entries = Array.isArray(object) ? object.map((value, index) => [`[${index}]`, value]) : Object.entries(object).map(([key, value]) => [`.${key}`, value]);
	for (const [suffix, value] of entries) {
		const found = describeUnserializable(value, `${path}${suffix}`, depth + 1);
		if (found) return found;
	}
	return "";
}
async function sealData(data, { password, ttl = fourteenDaysInSeconds }) {
	const passwordsMap = normalizeStringPasswordToMap(password);
	const mostRecentPasswordId = Math.max(...Object.keys(passwordsMap).map(Number));
	const secret = passwordsMap[mostRecentPasswordId];
	if (secret === void 0) throw new Error("iron-session: Bad usage. The password map has no usable entry, it must be a non-empty object keyed by numbers, for example { 1: 'your-password' }.");
	const passwordForSeal = {
		id: mostRecentPasswordId.toString(),
		secret
	};
	let seal$1;
	try {
		seal$1 = await seal(data !== null && typeof data === "object" ? { ...data } : data, passwordForSeal, {
			...defaults,
			ttl: ttl * 1e3
		});
	} catch (error) {
		if (error instanceof Error && error.message === "Data is not JSON serializable") throw new Error(`iron-session: The session data is not JSON serializable${describeUnserializable(data)}. Store plain JSON values only: a Date must be stored as a timestamp (Date.now()) or an ISO string, and Map/Set/BigInt/functions are not supported.`, { cause: error });
		throw error;
	}
	return `${seal$1}${versionDelimiter}${currentMajorVersion}`;
}
function classifyUnsealError(error) {
	if (!(error instanceof Error)) return "invalid";
	if (error.message.startsWith("Expired seal")) return "expired";
	if (error.message.startsWith("Cannot find password")) return "unknown-password";
	return "invalid";
}
async function unsealData(seal, { password, ttl = fourteenDaysInSeconds, onUnsealError }) {
	const passwordsMap = normalizeStringPasswordToMap(password);
	const sealWithoutVersion = stripVersion(seal);
	try {
		return await unseal(sealWithoutVersion, passwordsMap, {
			...defaults,
			ttl: ttl * 1e3
		}) ?? {};
	} catch (error) {
		onUnsealError?.(classifyUnsealError(error), error);
		return {};
	}
}
/**
* `cookie@2` rejects an explicit `maxAge: undefined` under
* `exactOptionalPropertyTypes`, and an absent `Max-Age` is exactly what
* `maxAge: undefined` is meant to produce, so the key is dropped instead of
* forwarded.
*/
function serializeCookie(name, value, { maxAge, ...cookieOptions }) {
	return stringifySetCookie({
		...cookieOptions,
		...maxAge === void 0 ? {} : { maxAge },
		name,
		value
	});
}
/** Wraps a `cookies()`-style store (Next's App Router) in a jar. */
function cookieStoreJar(cookieStore) {
	return {
		read: (name) => cookieStore.get(name)?.value,
		names: () => cookieStore.getAll?.().map((cookie) => cookie.name) ?? [],
		write: (name, value, options) => {
			cookieStore.set(name, value, options);
		}
	};
}
function isCookieJar(value) {
	return typeof value === "object" && value !== null && typeof value.read === "function" && typeof value.write === "function";
}
function isCookieStore(value) {
	return typeof value === "object" && value !== null && typeof value.get === "function" && typeof value.set === "function";
}
function getSessionConfig(sessionOptions) {
	if (!sessionOptions.cookieName) throw new Error("iron-session: Bad usage. Missing cookie name.");
	if (!sessionOptions.password) throw new Error("iron-session: Bad usage. Missing password.");
	const passwordsMap = normalizeStringPasswordToMap(sessionOptions.password);
	if (Object.keys(passwordsMap).length === 0) throw new Error("iron-session: Bad usage. The password map is empty, it must be keyed by numbers, for example { 1: 'your-password' }.");
	for (const [id, password] of Object.entries(passwordsMap)) {
		if (!Number.isInteger(Number(id))) throw new Error(`iron-session: Bad usage. Password ids must be integers, got ${JSON.stringify(id)}. Use { 1: '...', 2: '...' }.`);
		if (typeof password !== "string" || password.length < 32) throw new Error("iron-session: Bad usage. Password must be at least 32 characters long.");
	}
	const options = {
		...defaultOptions,
		...sessionOptions,
		passwordsMap,
		cookieOptions: {
			...defaultOptions.cookieOptions,
			...sessionOptions.cookieOptions
		}
	};
	if (sessionOptions.cookieOptions && "maxAge" in sessionOptions.cookieOptions) {
		if (sessionOptions.cookieOptions.maxAge === void 0) options.ttl = 0;
	} else options.cookieOptions.maxAge = computeCookieMaxAge(options.ttl);
	return options;
}
/**
* Only checked when writing: reading a session does not set a cookie, so a
* stale `expires` should not break a page that just reads one.
*/
function assertCookieCanPersist(cookieOptions) {
	const { expires } = cookieOptions;
	if (expires instanceof Date && expires.getTime() < Date.now()) throw new Error(`iron-session: Bad usage. cookieOptions.expires is in the past (${expires.toISOString()}), so the browser will discard the cookie and the session will never persist. This usually means the Date was created once at module scope. Use \`ttl\` instead.`);
}
/**
* The single session implementation. Reads the cookie through the jar, and
* defines save/destroy/updateConfig against that same jar.
*/
async function createSession(jar, sessionOptions) {
	let config = getSessionConfig(sessionOptions);
	let onUnsealError = sessionOptions.onUnsealError;
	const sealFromCookies = readSeal(jar, config.cookieName);
	const session = sealFromCookies ? await unsealData(sealFromCookies, {
		password: config.passwordsMap,
		ttl: config.ttl,
		...onUnsealError ? { onUnsealError } : {}
	}) : {};
	let destroyed = false;
	Object.defineProperties(session, {
		updateConfig: { value: function updateConfig(newSessionOptions) {
			config = getSessionConfig(newSessionOptions);
			onUnsealError = newSessionOptions.onUnsealError;
		} },
		save: { value: async function save() {
			if (destroyed) {
				if (Object.keys(session).length === 0) return;
				throw new Error("iron-session: Cannot save a destroyed session that has data written back into it. session.destroy() signs the user out, and saving these fields would restore the cookie you just cleared, leaving the user signed in. Get a fresh session if you need to write one.");
			}
			jar.assertWritable?.();
			assertCookieCanPersist(config.cookieOptions);
			const seal = await sealData(session, {
				password: config.passwordsMap,
				ttl: config.ttl
			});
			writeSeal(jar, config, seal);
		} },
		destroy: { value: function destroy() {
			destroyed = true;
			for (const key of Object.keys(session)) delete session[key];
			jar.write(config.cookieName, "", {
				...config.cookieOptions,
				maxAge: 0
			});
			clearStaleCookies(jar, config.cookieName, config.cookieOptions, {
				whole: true,
				chunksUpTo: 0
			});
		} }
	});
	return session;
}
/** Browsers cap one cookie at 4096 bytes over the whole `Set-Cookie` value. */
const MAX_COOKIE_BYTES = 4096;
/**
* Hard cap on chunks, not configurable on purpose.
*
* Four chunks is already ~16 KB of `Cookie` header on every single request, and
* nginx's default `large_client_header_buffers` is 8 KB. Letting people raise
* this just moves the failure from our error message to a 400 at their CDN.
*/
const MAX_CHUNKS = 4;
const chunkName = (cookieName, index) => `${cookieName}.${index}`;
function cookieBytes(name, value, cookieOptions) {
	return new TextEncoder().encode(serializeCookie(name, value, cookieOptions)).length;
}
/**
* Reads the seal, whether it was stored in one cookie or split across several.
*
* Both shapes are always accepted regardless of the `chunk` setting, so turning
* chunking on or off does not invalidate cookies that are already out there.
*
* Chunk discovery probes `name.0`, `name.1`, ... and stops at the first gap,
* bounded by {@link MAX_CHUNKS}. There is deliberately no cookie holding the
* chunk count: that value would be attacker-controlled, and a `name.count` of
* 99999999 is free CPU amplification before anyone is authenticated.
*
* The chunks are concatenated and handed to `unseal` whole. Nothing here
* inspects, validates or trusts an individual chunk, and that is what makes
* reassembly safe: the HMAC already covers the entire seal string, so a deleted
* chunk, reordered chunks, or a chunk swapped in from a different session all
* fail integrity and land in the unreadable-cookie path.
*/
function readSeal(jar, cookieName) {
	const whole = jar.read(cookieName);
	if (whole) return whole;
	let seal = "";
	for (let index = 0; index < MAX_CHUNKS; index += 1) {
		const part = jar.read(chunkName(cookieName, index));
		if (!part) break;
		seal += part;
	}
	return seal;
}
/**
* Expires cookies that are no longer part of the session.
*
* This is the bug chunking would otherwise ship with. A session that shrinks
* from three chunks to one leaves `name.1` and `name.2` in the browser, the next
* read concatenates the new chunk 0 with the two stale ones, the HMAC fails, and
* the user is signed out on every request from then on while `save()` keeps
* reporting success. There is no error anywhere in that loop.
*
* Only cookies actually present on the request are expired, so a normal
* unchunked save does not emit four pointless `Set-Cookie` headers. The expiry
* reuses the same `path` and `domain` as the write, otherwise the browser treats
* it as a different cookie and the delete does nothing.
*/
function clearStaleCookies(jar, cookieName, cookieOptions, keep) {
	const expire = (name) => {
		if (jar.read(name)) jar.write(name, "", {
			...cookieOptions,
			maxAge: 0
		});
	};
	if (!keep.whole) expire(cookieName);
	for (let index = keep.chunksUpTo; index < MAX_CHUNKS; index += 1) expire(chunkName(cookieName, index));
}
/**
* Writes the seal, splitting it across cookies when it does not fit and
* chunking is enabled.
*
* The seal is split as an opaque string, after the version suffix is applied to
* the whole thing. Rejoining is a plain concatenation with no separator.
*/
function writeSeal(jar, config, seal) {
	const { cookieName, cookieOptions } = config;
	const wholeBytes = cookieBytes(cookieName, seal, cookieOptions);
	if (wholeBytes <= MAX_COOKIE_BYTES) {
		jar.write(cookieName, seal, cookieOptions);
		clearStaleCookies(jar, cookieName, cookieOptions, {
			whole: true,
			chunksUpTo: 0
		});
		return;
	}
	if (!config.chunk) {
		const wasChunked = Boolean(jar.read(chunkName(cookieName, 0)));
		throw new Error(wasChunked ? `iron-session: Cookie length is too big (${wholeBytes} bytes) and \`chunk\` is not enabled here, but this session is already stored across several cookies. You have more than one options object and only some of them set \`chunk: true\`. Use the same options everywhere you call getIronSession, including middleware.` : `iron-session: Cookie length is too big (${wholeBytes} bytes), browsers will refuse it. Remove some data from the session, or set \`chunk: true\` to split it across several cookies.`);
	}
	const perChunkOverhead = cookieBytes(chunkName(cookieName, 0), "", cookieOptions);
	const budget = MAX_COOKIE_BYTES - perChunkOverhead;
	if (budget <= 0) throw new Error(`iron-session: The cookie name and options alone take ${perChunkOverhead} bytes, which leaves no room for session data. Use a shorter cookie name.`);
	const chunks = [];
	for (let offset = 0; offset < seal.length; offset += budget) chunks.push(seal.slice(offset, offset + budget));
	if (chunks.length > MAX_CHUNKS) throw new Error(`iron-session: The session needs ${chunks.length} cookies and the maximum is ${MAX_CHUNKS}. Even at ${MAX_CHUNKS} the whole Cookie header is sent on every request and proxies commonly cap it at 8 KB, so raising this would fail at your CDN instead. Store an id in the session and keep the data in your database.`);
	chunks.forEach((value, index) => {
		jar.write(chunkName(cookieName, index), value, cookieOptions);
	});
	clearStaleCookies(jar, cookieName, cookieOptions, {
		whole: false,
		chunksUpTo: chunks.length
	});
}
const badUsageMessage = "iron-session: Bad usage: use getIronSession(req, res, options) or getIronSession(cookieStore, options).";
async function getIronSession(first, second, third) {
	if (!first || !second) throw new Error(badUsageMessage);
	{
		const options = second;
		if (isCookieJar(first)) return createSession(first, options);
		if (isCookieStore(first)) return createSession(cookieStoreJar(first), options);
		throw new Error(badUsageMessage);
	}
}

// ../settings.mjs
var { SESSION_SECRET: secret, COOKIE_NAME = "app_session", PORT = "0" } = process.env;
if (!secret) throw new Error("SESSION_SECRET is not set");
var sessionOptions = {
	cookieName: COOKIE_NAME,
	password: secret.startsWith("{") ? JSON.parse(secret) : secret,
	chunk: true,
	onUnsealError: (reason) => console.error(`unreadable cookie: ${reason}`)
};
// src/hooks.server.js
async function handle({ event, resolve }) {
	const { cookies } = event;
	const jar = {
		read: (name) => cookies.get(name),
		write: (name, value, options) => cookies.set(name, value, options)
	};
	event.locals.session = await getIronSession(jar, sessionOptions);
	return resolve(event);
}

export { handle };
//# sourceMappingURL=hooks.server.js-B48v0WwN.js.map
