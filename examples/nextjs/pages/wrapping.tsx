import type { GetServerSideProps } from "next";
import Head from "next/head";
import { useState } from "react";

import { Frame } from "@/components/frame";
import { openSession, shown, type Shown } from "@/lib/session";
import { WRAPPINGS, type Wrapping } from "@/lib/wrapping";

export const getServerSideProps: GetServerSideProps<{ session: Shown }> = async ({ req, res }) => {
  const session = await openSession(req, res);
  if (!session.userName) return { redirect: { destination: "/login", statusCode: 303 } };
  return { props: { session: shown(session) } };
};

/** Calls the API. If the session is over, it loads the page again, so that the guard asks for a sign-in. */
async function send(path: string, method: string, body?: unknown) {
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(path, { method, headers, body: JSON.stringify(body) });
  if (!response.ok) location.reload();
  return response.ok;
}

export default function WrappingPage({ session }: { session: Shown }) {
  const [wrapping, setWrapping] = useState(session.wrapping ?? "none");

  async function choose(wrapping: Wrapping) {
    if (await send("/api/wrapping", "PUT", { wrapping })) setWrapping(wrapping);
  }
  async function signOut() {
    if (await send("/api/session", "DELETE")) location.assign("/signed-out");
  }

  const button = (
    <button className="quiet" onClick={signOut} data-testid="sign-out">
      Sign out
    </button>
  );
  return (
    <Frame title="Wrapping" session={{ ...session, wrapping }} router="Pages" signOut={button}>
      <Head>
        <title>Wrapping · Ink & Paper</title>
      </Head>
      <p className="lead">How shall we wrap your order, {session.userName}?</p>
      <div className="actions">
        {WRAPPINGS.map((kind) => (
          <button
            key={kind}
            className={kind === wrapping ? "" : "quiet"}
            aria-pressed={kind === wrapping}
            onClick={() => choose(kind)}
            data-testid={`wrapping-${kind}`}
          >
            {kind}
          </button>
        ))}
      </div>
    </Frame>
  );
}
