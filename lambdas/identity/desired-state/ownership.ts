// How an object says that MyHotels made it. The words stand in the object itself, so that no list of ids has to be
// kept anywhere and a person in the console sees them too.

/** The words that mark an object as made, changed and deleted by MyHotels. */
export const ownershipMark = 'Managed by MyHotels'

/** A description that carries the mark. */
export const owned = (description: string): string => `${description} ${ownershipMark}.`

/** The name of an object whose kind has no description: the name carries the mark. */
export const ownedName = (name: string): string => `${name} - managed by MyHotels`

export const carriesOwnershipMark = (words: unknown): boolean =>
  typeof words === 'string' && words.toLowerCase().includes(ownershipMark.toLowerCase())
