// Hotels of a city: the map, the list that says the same without it, and the form beside them.
import { html } from '../dom/element.ts'
import { icon } from '../dom/icon.ts'
import { createMapView, type MapView } from '../map/map-view.ts'
import type { Hotel, SearchResult } from '../model/search-result.ts'
import { hotelCard, type Wording } from './hotel-card.ts'

export type MemberOffer = 'offered' | 'fetching' | 'asked'

export type ExplorerAbilities = { book: boolean; expand: boolean }

export type ExplorerSetting = {
  wording: Wording
  book(hotel: Hotel): void
  memberRates(): void
  expand(): void
}

export type Explorer = {
  element: HTMLElement
  update(search: SearchResult): void
  /** Shows something in the list's place; undefined brings the list back. */
  showDetail(detail: HTMLElement | undefined, hotelId?: string): void
  /** What the host can do; it may learn more while the widget is there. */
  setAbilities(abilities: ExplorerAbilities): void
  setMemberOffer(offer: MemberOffer): void
  setNotice(words: string | undefined): void
  setFullscreen(on: boolean): void
  focusHotel(hotelId: string): void
  destroy(): void
}

const onlyInChat = 'Ask in the chat for member rates or to book.'

export function createExplorer(first: SearchResult, setting: ExplorerSetting): Explorer {
  const { wording } = setting
  let search = first
  let offer: MemberOffer = 'offered'
  let fullscreen = false
  let abilities: ExplorerAbilities = { book: false, expand: false }
  let selected: string | undefined
  const cards = new Map<string, HTMLElement>()

  const title = html('h1', { class: 'title' })
  const subtitle = html('p', { class: 'subtitle' })
  const member = html('div', { class: 'member' })
  const expand = html('button', { type: 'button', class: 'tool', click: () => setting.expand() })
  const notice = html('p', { class: 'notice', role: 'status', hidden: true })
  const list = html('ul', { class: 'cards', 'aria-label': 'Hotels' })
  const arrow = (way: 1 | -1) =>
    html(
      'button',
      {
        type: 'button',
        class: `arrow arrow-${way === 1 ? 'next' : 'back'}`,
        // For pointers: the keyboard reaches every card, and the shelf follows.
        tabindex: -1,
        'aria-hidden': 'true',
        click: () => list.scrollBy({ left: way * list.clientWidth * 0.85, behavior: smooth() }),
      },
      icon(way === 1 ? 'forward' : 'back', 18),
    )
  const [back, next] = [arrow(-1), arrow(1)]
  const shelf = html('div', { class: 'shelf' }, list, back, next)
  const panel = html('div', { class: 'panel' }, shelf)
  const smooth = (): ScrollBehavior =>
    matchMedia('(prefers-reduced-motion: reduce)').matches ? 'instant' : 'smooth'

  const listener = {
    select(id: string) {
      selected = id
      map.select(id)
      for (const [hotelId, card] of cards) {
        card.classList.toggle('card-selected', hotelId === id)
        card.querySelector('.plain')?.setAttribute('aria-pressed', String(hotelId === id))
      }
      reveal(id)
    },
    hover(id: string | undefined) {
      map.hover(id)
      for (const [hotelId, card] of cards) card.classList.toggle('card-hovered', hotelId === id)
    },
    book(id: string) {
      const hotel = search.hotels.find((candidate) => candidate.id === id)
      if (hotel !== undefined) setting.book(hotel)
    },
  }
  const map: MapView = createMapView(first.city, listener)

  /** Scrolls the shelf alone: scrolling the page would move the chat. */
  function reveal(id: string) {
    const card = cards.get(id)
    if (card === undefined) return
    const [box, frame] = [card.getBoundingClientRect(), list.getBoundingClientRect()]
    list.scrollBy({
      left: box.left - frame.left - (frame.width - box.width) / 2,
      top: box.top - frame.top - 12,
      behavior: smooth(),
    })
  }

  const updateArrows = () => {
    back.hidden = list.scrollLeft < 8
    next.hidden = list.scrollLeft + list.clientWidth > list.scrollWidth - 8
  }
  list.addEventListener('scroll', updateArrows, { passive: true })
  const resize = new ResizeObserver(updateArrows)
  resize.observe(list)

  function renderMember() {
    if (search.memberRates) {
      const name = search.memberName
      member.replaceChildren(
        html(
          'span',
          { class: 'chip-member' },
          icon('check', 14),
          name === undefined ? 'Member rates' : `${name}, these are your member rates`,
        ),
      )
      return
    }
    if (!abilities.book) return member.replaceChildren()
    if (offer === 'asked') {
      return member.replaceChildren(html('span', { class: 'subtitle' }, 'Continue the sign-in in the chat'))
    }
    const busy = offer === 'fetching'
    member.replaceChildren(
      html(
        'button',
        {
          type: 'button',
          class: busy ? 'button button-small busy' : 'button button-small',
          disabled: busy,
          click: () => setting.memberRates(),
        },
        icon('tag', 14),
        busy ? 'Fetching member rates…' : 'Show member rates',
      ),
    )
  }

  function render() {
    const { city, hotels, memberRates } = search
    title.textContent = `Hotels in ${city.name}`
    const best = Math.max(0, ...hotels.map(({ savings }) => savings ?? 0))
    const count = hotels.length === 1 ? '1 hotel' : `${hotels.length} hotels`
    const kind = memberRates
      ? best > 0
        ? `save up to ${wording.money(best)} a night`
        : 'member rates'
      : 'standard rates per night'
    subtitle.textContent =
      hotels.length === 0 ? 'No hotels here yet. Ask for another city.' : `${count}, ${kind}`
    cards.clear()
    for (const hotel of hotels) {
      cards.set(hotel.id, hotelCard(hotel, city.name, wording, abilities.book, listener))
    }
    list.replaceChildren(...cards.values())
    map.setPins(
      hotels.map((hotel) => {
        const rate = wording.money(hotel.memberRate ?? hotel.nightlyRate)
        return {
          id: hotel.id,
          longitude: hotel.longitude,
          latitude: hotel.latitude,
          label: rate,
          name: `${hotel.name}, ${rate} per night${hotel.memberRate === undefined ? '' : ' for members'}`,
          highlighted: hotel.memberRate !== undefined,
        }
      }),
    )
    if (selected !== undefined) listener.select(selected)
    renderMember()
    updateArrows()
  }

  const element = html(
    'section',
    { class: 'explorer' },
    html('header', { class: 'top' }, html('div', { class: 'top-words' }, title, subtitle), member, expand),
    notice,
    html('div', { class: 'explorer-columns' }, map.element, panel),
  )

  function setNotice(words: string | undefined) {
    notice.hidden = words === undefined
    notice.textContent = words ?? ''
  }

  const renderExpand = () => {
    expand.hidden = !abilities.expand
    expand.replaceChildren(icon(fullscreen ? 'collapse' : 'expand', 16))
    expand.setAttribute('aria-label', fullscreen ? 'Back to the conversation' : 'Show on the full screen')
  }
  renderExpand()
  render()

  return {
    element,
    update(next) {
      search = next
      offer = 'offered'
      render()
    },
    showDetail(detail, hotelId) {
      panel.replaceChildren(detail ?? shelf)
      element.classList.toggle('with-detail', detail !== undefined)
      if (hotelId !== undefined) listener.select(hotelId)
      map.approach(detail === undefined ? undefined : hotelId)
      if (detail === undefined) updateArrows()
    },
    setAbilities(next) {
      const cardsDiffer = next.book !== abilities.book
      abilities = next
      if (cardsDiffer) render()
      renderExpand()
      if (!next.book && !search.memberRates) setNotice(onlyInChat)
      else if (notice.textContent === onlyInChat) setNotice(undefined)
    },
    setMemberOffer(next) {
      offer = next
      renderMember()
    },
    setNotice,
    setFullscreen(on) {
      fullscreen = on
      map.setWheelZoom(on)
      renderExpand()
    },
    focusHotel: (hotelId) => cards.get(hotelId)?.querySelector<HTMLElement>('.button, .plain')?.focus(),
    destroy() {
      resize.disconnect()
      map.destroy()
    },
  }
}
