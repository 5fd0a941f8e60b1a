import type { ReactNode } from "react";

import type { Shown } from "@/lib/session";

type Props = { title: string; session: Shown; router: "App" | "Pages"; signOut?: ReactNode; children: ReactNode };

/**
 * The frame of every page: the shop's header, and the session as Next.js reads it. Styles come from
 * Rust, with `/style.css`. Plain links, because a `Link` would prefetch the pages of Rust in vain.
 */
export function Frame({ title, session, router, signOut, children }: Props) {
  const pieces = (session.cart ?? []).reduce((sum, { quantity }) => sum + quantity, 0);
  return (
    <>
      <header>
        <a className="brand" href="/">
          Ink & Paper
        </a>
        <nav>
          <a href="/">Shop</a>
          <a href="/cart">
            Cart <span className="count">{pieces}</span>
          </a>
          <a href="/wrapping">Wrapping</a>
          <a href="/checkout">Checkout</a>
        </nav>
        {session.userName && (
          <div className="signed-in">
            <a href="/account" data-testid="user">
              {session.userName}
            </a>
            {signOut}
          </div>
        )}
      </header>
      <div className="columns">
        <main>
          <h1>{title}</h1>
          {children}
        </main>
        <aside>
          <section>
            <h2>Next.js, {router} Router</h2>
            <p className="hint">The same cookie as in the Rust shop, read by npm’s iron-session:</p>
            <pre style={{ maxHeight: "60vh" }} data-testid="session">{JSON.stringify(session, null, 2)}</pre>
          </section>
        </aside>
      </div>
    </>
  );
}
