import { berlin } from './cities/berlin.ts'
import { chicago } from './cities/chicago.ts'
import { florence } from './cities/florence.ts'
import { london } from './cities/london.ts'
import { milan } from './cities/milan.ts'
import { paris } from './cities/paris.ts'
import { rome } from './cities/rome.ts'
import type { CityPlan } from './city-plan.ts'

export const cityPlans: readonly CityPlan[] = [paris, london, milan, rome, florence, berlin, chicago]

/** The plan of a city by its English name; a city without a plan gets streets alone. */
export const findCityPlan = (name: string): CityPlan =>
  cityPlans.find((plan) => plan.name.toLowerCase() === name.toLowerCase()) ?? {
    name,
    roads: [],
    streets: { spacing: [100, 150] },
    districts: [],
  }
