import type { Metadata } from "next";
import { redirect } from "next/navigation";

import { signOutAction } from "@/app/login/actions";
import { CartTable } from "@/components/cart-table";
import { Frame } from "@/components/frame";
import { getSession } from "@/lib/server-session";
import { shown } from "@/lib/session";

export const metadata: Metadata = { title: "Your account" };

export default async function Account() {
  const session = await getSession();
  // The proxy has checked this. A page must not depend on the proxy's matcher.
  if (!session.userName) redirect("/login");

  const signOut = (
    <form action={signOutAction}>
      <button className="quiet" data-testid="sign-out">
        Sign out
      </button>
    </form>
  );
  return (
    <Frame title="Your account" session={shown(session)} router="App" signOut={signOut}>
      <p className="lead">Next.js renders this page. The Rust shop has filled the cart.</p>
      <CartTable lines={session.cart ?? []} />
      <p>
        Wrapping: <strong data-testid="wrapping">{session.wrapping ?? "none"}</strong>, a member that only Next.js
        knows. <a href="/wrapping">Change it</a>
      </p>
    </Frame>
  );
}
