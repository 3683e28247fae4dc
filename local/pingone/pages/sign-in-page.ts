// The page where a person signs in and sees what they agree to by doing so. Works without JavaScript.
import { html, page } from './html.ts'
import { look } from './look.ts'

const style = `${look}
main{max-width:26rem;margin:0 auto;padding:clamp(.75rem,3vh,3rem) 1rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:20px;padding:1.75rem;box-shadow:0 12px 40px rgb(20 33 61/.1)}
.brand{margin-bottom:1.5rem}
.who{color:var(--quiet)}
fieldset{border:0;padding:0;margin:0}
label{display:block;font-weight:600;margin:0 0 .3rem}
input{width:100%;font:inherit;min-height:48px;padding:.5rem .8rem;margin-bottom:1rem;border-radius:12px;border:1.5px solid var(--quiet);
background:transparent;color:inherit}
input[aria-invalid=true]{border-color:var(--bad)}
.problem{background:var(--bad-ground);color:var(--bad);border-radius:12px;padding:.8rem 1rem;margin-bottom:1rem;font-weight:600}
.consent{border-top:1px solid var(--line);margin-top:.5rem;padding-top:1rem}
.consent h2{font-size:1rem;margin:0 0 .4rem}
ul{margin:0 0 .9rem;padding-left:1.2rem}
.host{font-weight:600;overflow-wrap:anywhere}
.small{font-size:.875rem;color:var(--quiet)}
.primary{width:100%;background:var(--accent);color:var(--accent-ink)}
.secondary{width:100%;background:transparent;border-color:var(--line);color:inherit;margin-top:.6rem}
`

export type SignInPage = {
  application: string
  /** What each requested scope allows, in words. */
  permissions: readonly string[]
  redirectHost: string
  flowId: string
  username?: string
  /** What went wrong with the last attempt, and what to do. */
  problem?: string
}

export function signInPage(content: SignInPage): Response {
  const invalid =
    content.problem === undefined ? undefined : html` aria-invalid="true" aria-describedby="problem"`
  return page({
    title: `${content.problem === undefined ? '' : 'Try again – '}Sign in to MyHotels`,
    style,
    status: content.problem === undefined ? 200 : 401,
    body: html`<main>
<div class="card">
<div class="brand"><span class="mark" aria-hidden="true">M</span><span>MyHotels</span><span class="local">local PingOne</span></div>
<h1>Sign in</h1>
<p class="who">to continue to <strong>${content.application}</strong></p>
${content.problem === undefined ? '' : html`<div class="problem" id="problem" role="alert">${content.problem}</div>`}
<form method="post">
<input type="hidden" name="flowId" value="${content.flowId}">
<label for="username">Username</label>
<input id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false" required value="${content.username}"${invalid}${
      content.username ? '' : html` autofocus`
    }>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${invalid}${
      content.username ? html` autofocus` : ''
    }>
<section class="consent" aria-labelledby="consent">
<h2 id="consent">By signing in you let ${content.application}</h2>
<ul>${content.permissions.map((permission) => html`<li>${permission}</li>`)}</ul>
<p class="small">Afterwards you return to <span class="host">${content.redirectHost}</span>. Go on only if you started this there.</p>
</section>
<button class="primary" name="action" value="sign-in">Sign in and allow</button>
<button class="secondary" name="action" value="cancel" formnovalidate>Cancel</button>
</form>
</div>
</main>`,
  })
}
