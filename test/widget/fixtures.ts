// Results as the MCP server gives them.

export const city = { name: 'Milan', country: 'Italy', latitude: 45.4642, longitude: 9.19 }

const plain = [
  ['milan-brera-garden', 'Brera Garden Hotel', 'Brera', 45.4722, 9.1879, 4, 4.6, 1284, 168, 151.2],
  ['milan-duomo-suites', 'Duomo Square Suites', 'Duomo', 45.4652, 9.1895, 5, 4.8, 2045, 342, 299],
  ['milan-navigli', 'Casa dei Navigli', 'Navigli', 45.4512, 9.1745, 3, 4.3, 642, 112, 98.5],
  ['milan-isola', 'Isola Nove', 'Isola', 45.4872, 9.189, 4, 4.5, 811, 149, 134.1],
  ['milan-venezia', 'Porta Venezia House', 'Porta Venezia', 45.4751, 9.2049, 3, 4.1, 398, 124, 109],
  ['milan-centrale', 'Centrale Lodge', 'Centrale', 45.4846, 9.2041, 3, 3.9, 920, 89, 79],
] as const

const hotels = plain.map(
  ([id, name, district, latitude, longitude, stars, rating, reviewCount, nightlyRate, memberRate]) => ({
    id,
    name,
    city: 'Milan',
    district,
    latitude,
    longitude,
    stars,
    rating,
    reviewCount,
    amenities: ['Breakfast', 'Wi-Fi', 'Garden', 'Air conditioning'],
    description: `A quiet house in ${district} with rooms to the courtyard and breakfast until eleven.`,
    nightlyRate,
    memberRate,
  }),
)

export const standardRates = {
  city,
  currency: 'EUR',
  memberRates: false,
  hotels: hotels.map(({ memberRate: _, ...hotel }) => hotel),
}

export const memberRates = {
  city,
  currency: 'EUR',
  memberRates: true,
  memberName: 'Anna',
  hotels: hotels.map((hotel) => ({
    ...hotel,
    savings: Math.round((hotel.nightlyRate - hotel.memberRate) * 100) / 100,
  })),
}

export const result = (structuredContent: object, more: object = {}) => ({
  content: [{ type: 'text', text: 'In words.' }],
  structuredContent,
  ...more,
})

export const booking = (status: string, more: object = {}) =>
  result({
    booking: {
      transactionId: '7b1c1c9e-38a5-4f0e-9d2d-1f6f1f3f0c11',
      status,
      hotelId: 'milan-brera-garden',
      hotelName: 'Brera Garden Hotel',
      city: 'Milan',
      startDate: '2027-03-04',
      endDate: '2027-03-07',
      nights: 3,
      nightlyRate: 151.2,
      totalPrice: 453.6,
      currency: 'EUR',
      message: `The booking is ${status}.`,
      ...more,
    },
  })

export const refusal = (words: string) => ({ isError: true, content: [{ type: 'text', text: words }] })

export const signInNeeded = {
  isError: true,
  content: [{ type: 'text', text: 'Sign in to see member rates.' }],
  _meta: {
    'mcp/www_authenticate': [
      'Bearer resource_metadata="http://127.0.0.1/x", error="invalid_token", error_description="Sign in"',
    ],
  },
}
