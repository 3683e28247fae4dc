// A page of a flow: a form of the environment, a message, or the flow's own HTML. Works without JavaScript, but for
// passkeys, which the phone's browser uses. No script of a flow runs here.
import type { FlowPage } from '../authorization-server/approvals.ts'
import type { Screen } from '../flows/capability.ts'
import { type FormField, fieldsOf, isInput, isPasskey, resultOf } from '../flows/read-submission.ts'
import { Html, html, page } from './html.ts'
import { look } from './look.ts'
import { messagePage } from './message-page.ts'
import { slateMarkup, slateWords } from './slate.ts'

const style = `${look}
main{max-width:27rem;margin:0 auto;padding:clamp(.75rem,3vh,3rem) 1rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:20px;padding:1.5rem}
.brand{margin-bottom:1.25rem}
h1{margin-bottom:.75rem}
.words ul{list-style:none;margin:0 0 1.1rem;padding:0;border-top:1px solid var(--line)}
.words li{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 1rem;padding:.5rem 0;border-bottom:1px solid var(--line);color:var(--quiet)}
.words li span+span{color:var(--ink);text-align:right;overflow-wrap:anywhere}
label{display:block;font-weight:600;margin:0 0 .3rem}
input{width:100%;font:inherit;min-height:48px;padding:.5rem .8rem;margin-bottom:1rem;border-radius:12px;border:1.5px solid var(--quiet);
background:transparent;color:inherit}
input[aria-invalid=true]{border-color:var(--bad)}
.problem{background:var(--bad-ground);color:var(--bad);border-radius:12px;padding:.8rem 1rem;margin-bottom:1rem;font-weight:600}
form>button,.html button{width:100%;margin-top:.6rem;background:var(--card);border-color:var(--line);color:inherit}
form>button.first{background:var(--accent);color:var(--accent-ink);border-color:transparent}
`

export function flowPage(content: FlowPage): Response {
  if (content.kind === 'ended') return messagePage(content)
  const { screen, error, interaction } = content
  const title = titleOf(screen)
  return page({
    title: `${error === undefined ? '' : 'Try again – '}${title}`,
    style,
    body: html`<main>
<div class="card">
<div class="brand"><span class="mark" aria-hidden="true">M</span><span>MyHotels</span><span class="local">local PingOne</span></div>
<form method="post">
<input type="hidden" name="interaction" value="${interaction.id}">
<input type="hidden" name="step" value="${interaction.step}">
${bodyOf(screen, error)}
</form>
</div>
</main>`,
  })
}

function titleOf(screen: Screen): string {
  if (screen.kind === 'message') return screen.message
  if (screen.kind === 'html') return screen.title || 'MyHotels'
  const [first] = fieldsOf(screen.form).filter(({ type }) => type === 'SLATE_TEXTBLOB')
  return slateWords(first?.content, screen.texts) || String(screen.form.name)
}

function bodyOf(screen: Screen, error: string | undefined): Html {
  const problem =
    error === undefined ? new Html('') : html`<div class="problem" id="problem" role="alert">${error}</div>`
  switch (screen.kind) {
    case 'message':
      return html`<p role="status">${screen.message}</p>${
        screen.continueLabel === undefined ? '' : button('', screen.continueLabel, true)
      }`
    case 'html':
      return html`${problem}<div class="html">${ownMarkup(screen.html)}</div>`
    case 'form': {
      const fields = fieldsOf(screen.form)
      const shown = fields.map((field) => fieldMarkup(field, screen, fields, error, problem))
      return fields.some(({ type }) => type === 'ERROR_DISPLAY') ? html`${shown}` : html`${problem}${shown}`
    }
  }
}

type FormScreen = Screen & { kind: 'form' }

/** Field types that are not here are left out, as PingOne's own clients leave out what they do not know. */
function fieldMarkup(
  field: FormField,
  { texts, values, requestOptions }: FormScreen,
  fields: readonly FormField[],
  error: string | undefined,
  problem: Html,
): Html {
  const result = resultOf(field)
  if (result !== undefined) {
    const isFirst = fields.find((each) => resultOf(each) !== undefined) === field
    if (isPasskey(field)) {
      return html`<input type="hidden" name="${field.key}"><button name="button" value="${result}" class="first"
data-passkey="${field.key}" data-options="${requestOptions}">${slateWords(field.label, texts) || 'Continue'}</button>`
    }
    return button(result, slateWords(field.label, texts) || result, isFirst, field.type !== 'SUBMIT_BUTTON')
  }
  if (isInput(field)) {
    const id = `field-${field.key}`
    const isPassword = field.type === 'PASSWORD'
    const isFirst = fields.find((each) => isInput(each) && !values[each.key ?? '']) === field
    const invalid = error === undefined ? '' : html` aria-invalid="true" aria-describedby="problem"`
    return html`<label for="${id}">${slateWords(field.label, texts) || field.key}</label>
<input id="${id}" name="${field.key}" type="${isPassword ? 'password' : 'text'}" autocomplete="${
      isPassword ? 'current-password' : 'username'
    }"${isPassword ? '' : html` value="${values[field.key ?? ''] ?? ''}"`}${field.required ? html` required` : ''}${
      isFirst ? html` autofocus` : ''
    }${invalid}>`
  }
  switch (field.type) {
    case 'SLATE_TEXTBLOB':
      return html`<div class="words">${slateMarkup(field.content, texts)}</div>`
    case 'LABEL':
      return html`<p>${slateWords(field.content ?? field.label, texts)}</p>`
    case 'ERROR_DISPLAY':
      return problem
    default:
      return new Html('')
  }
}

function button(result: string, label: string, isFirst: boolean, skipsChecks = false): Html {
  return html`<button name="button" value="${result}"${isFirst ? html` class="first"` : ''}${
    skipsChecks ? html` formnovalidate` : ''
  }>${label}</button>`
}

/** The buttons of a flow's own HTML send the page with their value; scripts are held back by the page's policy. */
function ownMarkup(written: string): Html {
  return new Html(
    written
      .replaceAll(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, '')
      .replaceAll(/<\/?(?:form|script|style|link|meta|base|iframe|object|embed)\b[^>]*>/gi, '')
      .replaceAll(/<button\b([^>]*)>/gi, (tag, attributes: string) => {
        const value = /data-skbuttonvalue="([^"]*)"/i.exec(attributes)?.[1]
        return value === undefined ? tag : `<button name="button" value="${value}">`
      }),
  )
}
