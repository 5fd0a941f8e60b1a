import "reflect-metadata";

import { Body, Controller, Get, HttpCode, Module, Post, Req } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import type { NextFunction, Request, Response } from "express";
import { getIronSession, type IronSession } from "iron-session";

import { mergeInto } from "../../merge.mjs";
import { port, sessionOptions } from "../settings.mjs";

type WithSession = Request & { session: IronSession<Record<string, unknown>> };

async function session(request: WithSession, response: Response, next: NextFunction) {
  request.session = await getIronSession(request, response, sessionOptions);
  next();
}

@Controller()
class SessionController {
  @Get("session")
  session(@Req() { session }: WithSession) {
    return session;
  }

  @Post("merge")
  @HttpCode(200)
  async merge(@Req() { session }: WithSession, @Body() members: object) {
    mergeInto(session, members);
    await session.save();
    return session;
  }

  @Post("delete")
  @HttpCode(200)
  async delete(@Req() { session }: WithSession, @Body() { keys }: { keys: string[] }) {
    for (const key of keys) delete session[key];
    await session.save();
    return session;
  }

  @Post("logout")
  @HttpCode(200)
  logout(@Req() { session }: WithSession) {
    session.destroy();
    return session;
  }
}

@Module({ controllers: [SessionController] })
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: ["error"] });
app.use(session);
await app.listen(port, "127.0.0.1");
console.log(`listening on ${await app.getUrl()}`);
