// Outline icons on a 24-unit grid, in the colour of the text around them.
import { svg } from './element.ts'

const paths = {
  star: 'M12 3.6l2.6 5.3 5.8.8-4.2 4.1 1 5.8-5.2-2.7-5.2 2.7 1-5.8-4.2-4.1 5.8-.8z',
  pin: 'M12 21s7-6.2 7-11.5a7 7 0 1 0-14 0C5 14.800 12 21 12 21zM12 12a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  back: 'M15 5l-7 7 7 7',
  forward: 'M9 5l7 7-7 7',
  expand: 'M9 4H4v5M15 4h5v5M9 20H4v-5M15 20h5v-5',
  collapse: 'M4 9h5V4M20 9h-5V4M4 15h5v5M20 15h-5v5',
  fit: 'M12 2v4M12 18v4M2 12h4M18 12h4M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8z',
  tag: 'M4 4h8l8 8-8 8-8-8zM8.500 8.500h.01',
  check: 'M5 12.500l4.500 4.500L19 7.500',
  cross: 'M6 6l12 12M18 6L6 18',
  clock: 'M12 7v5l3.500 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z',
  phone:
    'M8 3h8a1.500 1.500 0 0 1 1.500 1.500v15A1.500 1.500 0 0 1 16 21H8a1.500 1.500 0 0 1-1.500-1.500v-15A1.500 1.500 0 0 1 8 3zM11 18h2',
  shield: 'M12 3l7 2.500v5.500c0 4.700-3 8.200-7 10-4-1.800-7-5.300-7-10V5.500zM9 12l2.200 2.200L15.200 10',
  stop: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM5.800 5.800l12.400 12.400',
  info: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5M12 8h.01',
  calendar: 'M5 6h14v14H5zM5 10h14M9 3.500V7M15 3.500V7',
  moon: 'M20 14.500A8.500 8.500 0 0 1 9.500 4 8.500 8.500 0 1 0 20 14.500z',
} as const

export type IconName = keyof typeof paths

/**
 * A decorative icon; whatever it means must be said in text or in a label beside it.
 *
 * @param size in pixels where text has its usual size; it grows with the text
 */
export function icon(name: IconName, size = 16): SVGSVGElement {
  return svg(
    'svg',
    {
      viewBox: '0 0 24 24',
      width: `${size / 16}rem`,
      height: `${size / 16}rem`,
      class: `icon icon-${name}`,
      'aria-hidden': 'true',
    },
    svg('path', { d: paths[name] }),
  )
}
