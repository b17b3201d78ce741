/** Whether an address is that of a page where people sign in. */
export function isLogin(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { hostname, pathname, searchParams } = new URL(address);
  return (
    /(^|\.)(login|auth|sso|accounts|idp|signin|oauth|shibboleth)\./i.test(`${hostname}.`) ||
    /(^|[/_-])(log-?in|sign-?in|sso|saml2?|oauth2?|authorize|shibboleth(\.sso)?)([/_.-]|$)/i.test(pathname) ||
    (searchParams.has("client_id") && searchParams.has("redirect_uri"))
  );
}

/** Whether an HTML page asks for a password. */
export function asksPassword(html: string): boolean {
  return /<input[^>]+type\s*=\s*["']?password/i.test(html) || /<title>[^<]*(log ?in|sign ?in)/i.test(html);
}
