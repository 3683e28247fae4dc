// DaVinci's rich text: a string that holds a Slate document, with references to earlier steps as its links.

/** Plain words. A reference such as `{{global.parameters…}}` may stand among them. */
export const slateText = (text: string): string => JSON.stringify([{ children: [{ text }] }])

/** What an earlier step put out, as the editor writes it when a person picks it from the list. */
export function slateOutput(nodeId: string, member: string): string {
  const reference = `{{local.${nodeId}.payload.output.${member}}}`
  const name = member.split('.').at(-1) ?? member
  return JSON.stringify([
    {
      children: [
        { text: '' },
        { text: '' },
        { type: 'link', url: name, data: reference, tooltip: reference, children: [{ text: name }] },
        { text: '' },
      ],
    },
  ])
}

/** A parameter of the CIBA request: PingOne hands every one on to the flow. */
export const slateParameter = (name: string): string =>
  slateText(`{{global.parameters.authorizationRequest.${name}}}`)
