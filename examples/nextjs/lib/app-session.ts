// Written by `iron-session types`; do not edit.

/** All of it travels in one cookie, or in up to four. The compiler checks that the largest possible session fits. */
export interface AppSession {
  /** The metadata of the session. */
  $?: {
    /** When the session was issued, in Unix seconds. */
    iat?: number;
    /** The id of the session. */
    id?: string;
    /** The lifetime of this session in seconds; 0 means until the browser closes. */
    t?: number;
  };
  /** It belongs to the visitor, so it survives a sign-in. */
  cart?: Array<Line>;
  /** The token that every form carries. */
  csrf?: string;
  /** A message for the next page. */
  notice?: Notice;
  /** The page to return to after a sign-in, or after the user has given the password. */
  returnTo?: string;
  /** Set if the user has given the password a moment ago. */
  sudo?: {
    /** The time at which the value expires, in Unix milliseconds. */
    until_ms: number;
    value: Sudo;
  };
  /** The name of the signed-in user. The limit is three times `MAX_NAME_UNITS`. */
  userName?: string;
}

export type Kind = "success" | "problem";

/**
 * Name and price are stored as they were when the product was put into the cart, even if the
 * catalogue changes later.
 */
export interface Line {
  name: string;
  priceCents: number;
  printed: string;
  product: string;
  quantity: number;
}

export interface Notice {
  kind: Kind;
  text: string;
}

/** How the user has proved their identity. */
export type Sudo = "password";
