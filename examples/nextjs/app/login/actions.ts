"use server";

import { redirect } from "next/navigation";

import { ownPath } from "@/lib/own-path";
import { signIn, signOut } from "@/lib/sign-in";

type State = { notice?: string; name?: string };

export async function signInAction(_: State, form: FormData): Promise<State> {
  const name = form.get("name");
  const result = await signIn(name, form.get("password"));
  if ("mistake" in result) return { notice: result.mistake, name: String(name) };
  redirect(ownPath(form.get("next")) ?? result.returnTo);
}

export async function signOutAction() {
  await signOut();
  // A page of the Rust shop.
  redirect("/signed-out");
}
