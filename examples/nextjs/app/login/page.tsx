import type { Metadata } from "next";

import { Frame } from "@/components/frame";
import { getSession } from "@/lib/server-session";
import { shown } from "@/lib/session";
import { PASSWORD } from "@/lib/sign-in";

import { SignInForm } from "./form";

export const metadata: Metadata = { title: "Sign in" };

/** The shop's guard leads here too. Its countdown adds `expired`, and `next`: the page that was open. */
export default async function Login({ searchParams }: PageProps<"/login">) {
  const { expired, next } = await searchParams;
  const session = await getSession();
  const notice =
    expired !== undefined
      ? "Your session has expired. Please sign in again."
      : session.returnTo && "Please sign in first. Your cart is kept.";
  return (
    <Frame title="Sign in" session={shown(session)} router="App">
      <SignInForm notice={notice} next={typeof next === "string" ? next : undefined} password={PASSWORD} />
    </Frame>
  );
}
