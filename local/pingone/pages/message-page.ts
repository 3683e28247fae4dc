// A page that says one thing: why a sign-in cannot go on, or that the person is signed out.
import { html, page } from './html.ts'
import { look } from './look.ts'

const style = `${look}
main{max-width:30rem;margin:0 auto;padding:clamp(1rem,8vh,5rem) 1rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:20px;padding:1.75rem}
.brand{margin-bottom:1.25rem}
.small{font-size:.8rem;color:var(--quiet);overflow-wrap:anywhere;margin:0}
`

export function messagePage(content: {
  title: string
  message: string
  status?: number
  correlationId?: string
}): Response {
  return page({
    title: `${content.title} – MyHotels`,
    style,
    status: content.status ?? 200,
    body: html`<main>
<div class="card">
<div class="brand"><span class="mark" aria-hidden="true">M</span><span>MyHotels</span><span class="local">local PingOne</span></div>
<h1>${content.title}</h1>
<p>${content.message}</p>
${content.correlationId === undefined ? '' : html`<p class="small">Correlation ID: ${content.correlationId}</p>`}
</div>
</main>`,
  })
}
