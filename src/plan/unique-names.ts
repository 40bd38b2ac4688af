// Hands out names that are unique in one name space: the wanted name, or it with `_2`, `_3` … behind.

/** A name space. Names in `reserved` are given only to those who bring them. */
export interface UniqueNames {
  /** A name nobody has, as near to the wanted one as can be. */
  readonly take: (wanted: string) => string;
}

/** A name space in which the names of `reserved` are never handed out. */
export function createUniqueNames(reserved: Iterable<string>): UniqueNames {
  const taken = new Set(reserved);
  /** The number to try next, by wanted name: ten thousand calls of one task are named in linear time. */
  const next = new Map<string, number>();
  return {
    take: (wanted) => {
      let name = wanted;
      for (let number = next.get(wanted) ?? 1; taken.has(name); number++) {
        name = `${wanted}_${number + 1}`;
        next.set(wanted, number + 1);
      }
      taken.add(name);
      return name;
    },
  };
}
