/** Storage keeps small records by key in named tables. Writes are done when the promise resolves. */
export interface Storage {
  all<T>(table: Table): Promise<T[]>
  put(table: Table, key: string, value: unknown): Promise<void>
  delete(table: Table, key: string): Promise<void>
  /** False when nothing survives a reload. */
  readonly durable: boolean
  close(): void
}

export const tables = ['outbox', 'drafts'] as const
export type Table = (typeof tables)[number]

/** memoryStorage is used where the browser offers no database (private windows, locked-down policies). */
export function memoryStorage(): Storage {
  const data = new Map<Table, Map<string, unknown>>(tables.map((t) => [t, new Map()]))
  return {
    durable: false,
    all: async <T>(table: Table) => [...(data.get(table)?.values() ?? [])] as T[],
    put: async (table, key, value) => {
      data.get(table)?.set(key, value)
    },
    delete: async (table, key) => {
      data.get(table)?.delete(key)
    },
    close() {},
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

function committed(tx: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    tx.oncomplete = () => resolve()
    tx.onabort = tx.onerror = () => reject(tx.error)
  })
}

/** openStorage opens the person's database; without one it falls back to memory. */
export async function openStorage(factory: IDBFactory | undefined, name: string): Promise<Storage> {
  if (!factory) return memoryStorage()
  let db: IDBDatabase
  try {
    const request = factory.open(name, 1)
    request.onupgradeneeded = () => {
      for (const table of tables) request.result.createObjectStore(table)
    }
    db = await settled(request)
  } catch {
    return memoryStorage()
  }
  db.onversionchange = () => db.close() // another tab brings a newer schema
  const write = (table: Table, act: (store: IDBObjectStore) => void) => {
    const tx = db.transaction(table, 'readwrite', { durability: 'strict' })
    act(tx.objectStore(table))
    return committed(tx)
  }
  return {
    durable: true,
    all: (table) => settled(db.transaction(table).objectStore(table).getAll()),
    put: (table, key, value) => write(table, (store) => store.put(value, key)),
    delete: (table, key) => write(table, (store) => store.delete(key)),
    close: () => db.close(),
  }
}
