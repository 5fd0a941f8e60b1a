export const WRAPPINGS = ["none", "paper", "cloth"] as const;

export type Wrapping = (typeof WRAPPINGS)[number];
