// Colours for a terminal that wants them (https://no-color.org).
import { styleText } from 'node:util'

export type Colour = 'green' | 'yellow' | 'red' | 'dim' | 'bold'

export type Paint = (colour: Colour, words: string) => string

export function createPaint(
  stream: { isTTY?: boolean },
  variables: { NO_COLOR?: string | undefined },
): Paint {
  const isOn = stream.isTTY === true && !variables.NO_COLOR
  return (colour, words) => (isOn ? styleText(colour, words, { validateStream: false }) : words)
}
