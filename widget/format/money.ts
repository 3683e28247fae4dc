/** An amount in the reader's own notation: whole amounts without decimals. A locale that cannot be used becomes English. */
export function money(amount: number, currency: string, locale: string | undefined): string {
  const options: Intl.NumberFormatOptions = {
    style: 'currency',
    currency,
    minimumFractionDigits: Number.isInteger(amount) ? 0 : 2,
    maximumFractionDigits: Number.isInteger(amount) ? 0 : 2,
  }
  try {
    return new Intl.NumberFormat(locale, options).format(amount)
  } catch {
    return new Intl.NumberFormat('en', options).format(amount)
  }
}

/** A price times nights, counted in cents so that it equals what the hotel computes. */
export const total = (nightlyRate: number, nights: number): number =>
  (Math.round(nightlyRate * 100) * nights) / 100
