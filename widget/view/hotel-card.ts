import { html } from '../dom/element.ts'
import { icon } from '../dom/icon.ts'
import type { Hotel } from '../model/search-result.ts'
import { hotelPicture } from './hotel-picture.ts'

export type Wording = { money(amount: number): string; number(value: number): string }

/** "8.6 / 10 (1,204)", or nothing when there is no rating. */
export const ratingLine = (hotel: Hotel, wording: Wording) =>
  hotel.rating === undefined
    ? undefined
    : html(
        'span',
        { class: 'rating' },
        html('span', { class: 'unseen' }, 'Rated '),
        html('b', {}, wording.number(hotel.rating)),
        html('span', { class: 'out-of' }, ' / 10'),
        hotel.reviewCount === undefined ? '' : ` (${wording.number(hotel.reviewCount)})`,
        hotel.reviewCount === undefined ? undefined : html('span', { class: 'unseen' }, ' reviews'),
      )

export const placeLine = (hotel: Hotel) =>
  [hotel.stars > 0 ? `${hotel.stars}-star` : '', hotel.district].filter((part) => part !== '').join(' · ')

/** The price of a night: the member's with the standard one struck out, or the standard one alone. */
export function price(hotel: Hotel, wording: Wording): HTMLElement {
  if (hotel.memberRate === undefined) {
    return html(
      'p',
      { class: 'price' },
      html('b', {}, wording.money(hotel.nightlyRate)),
      html('span', { class: 'per' }, ' per night'),
    )
  }
  return html(
    'p',
    { class: 'price price-member' },
    html('span', { class: 'unseen' }, 'Standard rate '),
    html('s', {}, wording.money(hotel.nightlyRate)),
    html('span', { class: 'unseen' }, ', member rate '),
    ' ',
    html('b', {}, wording.money(hotel.memberRate)),
    html('span', { class: 'per' }, ' per night'),
  )
}

export const savingsBadge = (hotel: Hotel, wording: Wording) =>
  hotel.savings !== undefined && hotel.savings > 0
    ? html('span', { class: 'badge badge-member' }, icon('tag', 12), `Save ${wording.money(hotel.savings)}`)
    : undefined

export type CardListener = {
  select(id: string): void
  hover(id: string | undefined): void
  book(id: string): void
}

/** One hotel of the list. */
export function hotelCard(
  hotel: Hotel,
  cityName: string,
  wording: Wording,
  canBook: boolean,
  listener: CardListener,
): HTMLElement {
  const titleId = `hotel-${hotel.id}`
  return html(
    'li',
    {
      class: 'card',
      'data-hotel': hotel.id,
      pointerenter: () => listener.hover(hotel.id),
      pointerleave: () => listener.hover(undefined),
      focusin: () => listener.hover(hotel.id),
      focusout: () => listener.hover(undefined),
    },
    html(
      'div',
      { class: 'card-picture', click: () => listener.select(hotel.id) },
      hotelPicture(hotel.id, cityName, hotel.stars),
      savingsBadge(hotel, wording),
    ),
    html(
      'div',
      { class: 'card-body' },
      html(
        'h2',
        { class: 'card-name', id: titleId },
        html(
          'button',
          {
            type: 'button',
            class: 'plain',
            'aria-pressed': 'false',
            click: () => listener.select(hotel.id),
          },
          hotel.name,
        ),
      ),
      html('p', { class: 'card-place' }, placeLine(hotel)),
      html(
        'p',
        { class: 'card-facts' },
        ratingLine(hotel, wording),
        html('span', { class: 'amenities' }, hotel.amenities.slice(0, 3).join(' · ')),
      ),
      html(
        'div',
        { class: 'card-foot' },
        price(hotel, wording),
        canBook &&
          html(
            'button',
            {
              type: 'button',
              class: 'button button-small',
              'aria-describedby': titleId,
              click: () => listener.book(hotel.id),
            },
            'Book',
          ),
      ),
    ),
  )
}
