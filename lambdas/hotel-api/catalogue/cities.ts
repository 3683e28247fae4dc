import { berlin } from './cities/berlin.ts'
import { chicago } from './cities/chicago.ts'
import { florence } from './cities/florence.ts'
import { london } from './cities/london.ts'
import { milan } from './cities/milan.ts'
import { paris } from './cities/paris.ts'
import { rome } from './cities/rome.ts'
import type { City } from './hotel.ts'

/** Every city that MyHotels offers, in the order in which they are named to people. */
export const cities: readonly City[] = [paris, london, milan, rome, florence, berlin, chicago]
