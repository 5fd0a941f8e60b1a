import type { NextConfig } from "next";

/** Where the Rust shop listens. `next build` writes it into the build. */
const SHOP_ORIGIN = process.env.SHOP_ORIGIN ?? "http://127.0.0.1:3001";

const config: NextConfig = {
  // Next.js serves the pages that it has. The Rust shop serves all others, on the same host, so
  // the browser sends one cookie to both.
  rewrites: async () => ({
    beforeFiles: [],
    afterFiles: [],
    fallback: [{ source: "/:path*", destination: `${SHOP_ORIGIN}/:path*` }],
  }),
};

export default config;
