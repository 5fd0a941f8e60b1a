// The walks. Each gets a function that opens the browser, and a demo that nobody has used.

export { cart, unreadable } from "./walks/cart.mjs";
export { absoluteEnd, countdown, expired, otherTab } from "./walks/ends.mjs";
export { letter } from "./walks/letter.mjs";
export { bothHalves, otherOrigins } from "./walks/nextjs.mjs";
export { rememberMe, signIn, signOut } from "./walks/signing.mjs";
export { confirming, forgery } from "./walks/trust.mjs";
