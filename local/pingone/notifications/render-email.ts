// An email from the template "general", as it would arrive.
import type { PingOneEnvironment, Stored } from '../environment.ts'

export type Email = { subject: string; from: string; html: string }

/**
 * Fills in `${name}` with the variables, escaped in the body: a hotel's name must not become markup.
 *
 * @returns undefined when there is no such variant
 */
export function renderEmail(
  environment: PingOneEnvironment,
  wanted: { variant: string; locale: string; variables: Readonly<Record<string, string>> },
): Email | undefined {
  const contents = environment
    .list('templateContents')
    .filter(
      (content) =>
        content.template === 'general' &&
        content.deliveryMethod === 'Email' &&
        (content.variant ?? '') === wanted.variant,
    )
  const content = contents.find(({ locale }) => locale === (wanted.locale || 'en')) ?? contents[0]
  if (content === undefined) return undefined
  const fill = (text: unknown, write: (value: string) => string) =>
    String(text ?? '').replaceAll(/\$\{([\w.]+)\}/g, (_, name: string) =>
      Object.hasOwn(wanted.variables, name) ? write(wanted.variables[name] ?? '') : '',
    )
  const isHtml = content.emailContentType !== 'text/plain'
  const body = fill(content.body, isHtml ? escapeHtml : (value) => value)
  return {
    subject: fill(content.subject, (value) => value.replaceAll(/\s+/g, ' ')),
    from: sender(content),
    html: isHtml ? body : `<pre>${escapeHtml(body)}</pre>`,
  }
}

function sender(content: Stored): string {
  const from = content.from as { name?: string; address?: string } | undefined
  return from?.name ?? from?.address ?? 'PingOne'
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
