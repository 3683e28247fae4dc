// The few documents that the backend writes. The conversation is made by script, from text alone.

const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

const document = (title: string, body: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="/chat.css">
<script src="/chat.js" defer></script>
</head>
${body}
</html>
`

/** The chat. */
export const chatPage = (): string =>
  document('MyHotels chat', '<body data-page="chat"><noscript>The chat needs JavaScript.</noscript></body>')

/** Where the browser lands after signing in: tells the conversation, and closes or goes back to it. */
export const callbackPage = (): string =>
  document(
    'Signed in',
    '<body data-page="signed-in"><main class="plain-page"><h1>You are signed in</h1><p>Go back to the conversation; it goes on by itself.</p><p><a href="/">To the conversation</a></p></main></body>',
  )

/** Says what went wrong and where to go on. */
export const problemPage = (title: string, words: string): string =>
  document(
    title,
    `<body data-page="problem"><main class="plain-page"><h1>${escapeHtml(title)}</h1><p>${escapeHtml(words)}</p><p><a href="/">Back to the conversation</a></p></main></body>`,
  )

/** Where the browser lands when the sign-in did not succeed: tells the conversation, and closes or leads back to it. */
export const notSignedInPage = (words: string): string =>
  document(
    'You are not signed in',
    `<body data-page="not-signed-in"><main class="plain-page"><h1>You are not signed in</h1><p data-words>${escapeHtml(words)}</p><p><a href="/">Back to the conversation</a></p></main></body>`,
  )
