var __decorate = (this && this.__decorate) || function (decorators, target, key, desc) {
    var c = arguments.length, r = c < 3 ? target : desc === null ? desc = Object.getOwnPropertyDescriptor(target, key) : desc, d;
    if (typeof Reflect === "object" && typeof Reflect.decorate === "function") r = Reflect.decorate(decorators, target, key, desc);
    else for (var i = decorators.length - 1; i >= 0; i--) if (d = decorators[i]) r = (c < 3 ? d(r) : c > 3 ? d(target, key, r) : d(target, key)) || r;
    return c > 3 && r && Object.defineProperty(target, key, r), r;
};
var __metadata = (this && this.__metadata) || function (k, v) {
    if (typeof Reflect === "object" && typeof Reflect.metadata === "function") return Reflect.metadata(k, v);
};
var __param = (this && this.__param) || function (paramIndex, decorator) {
    return function (target, key) { decorator(target, key, paramIndex); }
};
var _a, _b, _c, _d;
import "reflect-metadata";
import { Body, Controller, Get, HttpCode, Module, Post, Req } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { getIronSession } from "iron-session";
import { mergeInto } from "../../merge.mjs";
import { port, sessionOptions } from "../settings.mjs";
async function session(request, response, next) {
    request.session = await getIronSession(request, response, sessionOptions);
    next();
}
let SessionController = class SessionController {
    session({ session }) {
        return session;
    }
    async merge({ session }, members) {
        mergeInto(session, members);
        await session.save();
        return session;
    }
    async delete({ session }, { keys }) {
        for (const key of keys)
            delete session[key];
        await session.save();
        return session;
    }
    logout({ session }) {
        session.destroy();
        return session;
    }
};
__decorate([
    Get("session"),
    __param(0, Req()),
    __metadata("design:type", Function),
    __metadata("design:paramtypes", [typeof (_a = typeof WithSession !== "undefined" && WithSession) === "function" ? _a : Object]),
    __metadata("design:returntype", void 0)
], SessionController.prototype, "session", null);
__decorate([
    Post("merge"),
    HttpCode(200),
    __param(0, Req()),
    __param(1, Body()),
    __metadata("design:type", Function),
    __metadata("design:paramtypes", [typeof (_b = typeof WithSession !== "undefined" && WithSession) === "function" ? _b : Object, Object]),
    __metadata("design:returntype", Promise)
], SessionController.prototype, "merge", null);
__decorate([
    Post("delete"),
    HttpCode(200),
    __param(0, Req()),
    __param(1, Body()),
    __metadata("design:type", Function),
    __metadata("design:paramtypes", [typeof (_c = typeof WithSession !== "undefined" && WithSession) === "function" ? _c : Object, Object]),
    __metadata("design:returntype", Promise)
], SessionController.prototype, "delete", null);
__decorate([
    Post("logout"),
    HttpCode(200),
    __param(0, Req()),
    __metadata("design:type", Function),
    __metadata("design:paramtypes", [typeof (_d = typeof WithSession !== "undefined" && WithSession) === "function" ? _d : Object]),
    __metadata("design:returntype", void 0)
], SessionController.prototype, "logout", null);
SessionController = __decorate([
    Controller()
], SessionController);
let AppModule = class AppModule {
};
AppModule = __decorate([
    Module({ controllers: [SessionController] })
], AppModule);
const app = await NestFactory.create(AppModule, { logger: ["error"] });
app.use(session);
await app.listen(port, "127.0.0.1");
console.log(`listening on ${await app.getUrl()}`);
