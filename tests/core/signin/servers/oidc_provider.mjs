// The certified OpenID provider `oidc-provider` of the tests: node oidc_provider.mjs MODULE PORT OUR-ADDRESS
const [module, port, ours] = process.argv.slice(2);
const { default: Provider } = await import(module);
const identity = `${ours}/admin/identity/city`;
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: "gongkai",
      client_secret: "s1-s1-s1-s1-s1-s1",
      redirect_uris: [`${identity}/callback/`],
      post_logout_redirect_uris: [`${ours}/admin/login/`],
      backchannel_logout_uri: `${identity}/ended/`,
      backchannel_logout_session_required: true,
    },
  ],
  claims: { openid: ["sub", "acr", "amr"], profile: ["name", "employee"] },
  features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: true } },
  pkce: { required: () => true },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: "周敏", employee: `staff-${id}` }) }),
  // It refuses to call this machine unless told otherwise.
  fetch: (address, { dispatcher, ...options }) => fetch(address, options),
});
provider.on("backchannel.error", (_, error) => console.error(error));
provider.listen(Number(port), "127.0.0.1");
