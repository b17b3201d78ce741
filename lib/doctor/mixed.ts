/** Whether browsers keep a page of this origin from reading an address: https pages read http from their own machine only. */
export function isMixed(address: string, origin: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === "http:" && origin.startsWith("https:") && !isLoopback(hostname);
}

/** "Potentially trustworthy" hosts (Secure Contexts, 3.1). */
export function isLoopback(hostname: string): boolean {
  return /^(127(\.\d+){3}|\[::1\]|localhost|.*\.localhost)$/i.test(hostname);
}
