// Written by `iron-session types`; do not edit.

/** A visitor of the shop. */
export interface AppSession {
  /** The metadata of the session. */
  $?: {
    /** When the session was issued, in Unix seconds. */
    iat?: number;
    /** The id of the session. */
    id?: string;
    /** The lifetime of this session in seconds; 0 means until the browser closes. */
    t?: number;
    /** The version of this schema. */
    v: 2;
  };
  balance?: string;
  cart?: Array<Line>;
  csrf?: string;
  "flash-notice"?: Notice;
  prefs?: Record<string, [number, string | null]>;
  sudo?: {
    /** The time at which the value expires, in Unix milliseconds. */
    until_ms: number;
    value: boolean;
  };
  theme?: Theme;
  /** Who is signed in. */
  userId?: string;
}

/** What somebody wants to buy. */
export interface Line {
  gift?: boolean | null;
  price: string;
  /** The article's number. */
  sku: string;
}

export type Notice = {
  kind: "text";
  text: string;
} | {
  href: string;
  kind: "link";
} | {
  kind: "cleared";
};

export type Theme = "Dark" | "Light";

/** The tag of version 2: `session.$ = { ...session.$, ...APP_SESSION_TAG }` before `save()`. */
export const APP_SESSION_TAG = { v: 2 } as const;
