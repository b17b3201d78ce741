/** Text in a colour of the terminal, where it is one. */
export function paint(color: "green" | "red", text: string): string {
  const code = { green: 32, red: 31 }[color];
  return process.stdout.isTTY ? `\u001b[${code}m${text}\u001b[0m` : text;
}
