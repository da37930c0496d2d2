import type { Code } from './types'

export type FieldError = { field: string; message: string }

/** ApiError is a refusal by the server. title is its English sentence; people see the catalogue's text of the code. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  constructor(
    readonly code: Code,
    readonly status: number,
    readonly title: string,
    /** Seconds to wait, 0 when the server did not say. */
    readonly retryAfter: number = 0,
    readonly fields: readonly FieldError[] = [],
  ) {
    super(`${code}: ${title}`)
  }
}

/** NetworkError: nobody answered. The request may or may not have been carried out. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError'
}

export type Query = Record<string, string | number | boolean | undefined>

export interface RequestOptions {
  query?: Query
  body?: unknown
  signal?: AbortSignal
}

export interface Api {
  get<T>(path: string, options?: RequestOptions): Promise<T>
  post<T>(path: string, options?: RequestOptions): Promise<T>
  put<T>(path: string, options?: RequestOptions): Promise<T>
  patch<T>(path: string, options?: RequestOptions): Promise<T>
  delete<T>(path: string, options?: RequestOptions): Promise<T>
}

export interface ApiOptions {
  /** The browser's fetch, or what a test puts in its place. */
  fetch: typeof fetch
  /** "" in the browser: same origin, the session is an HttpOnly cookie. */
  origin?: string
  token?: string
  /** Told when the server says that the session does not count (any more). */
  onSignedOut?: (code: Code) => void
}

/** problemOf reads an error body (RFC 9457); anything else becomes "internal" or "unavailable" by its status. */
export function problemOf(status: number, body: unknown, retryAfter = 0): ApiError {
  const p = (typeof body === 'object' && body !== null ? body : {}) as {
    code?: Code
    title?: string
    detail?: string
    retry_after?: number
    errors?: FieldError[]
    fields?: FieldError[]
  }
  const code = p.code ?? (status === 503 || status === 502 || status === 504 ? 'unavailable' : 'internal')
  return new ApiError(code, status, p.detail ?? p.title ?? '', p.retry_after ?? retryAfter, p.fields ?? p.errors ?? [])
}

/** path fills {} with encoded values: path('/people/{}', id). */
export function path(template: string, ...values: (string | number)[]): string {
  let i = 0
  return template.replace(/\{\}/g, () => encodeURIComponent(String(values[i++])))
}

export function createApi(options: ApiOptions): Api {
  const base = `${options.origin ?? ''}/api/v1`
  async function request<T>(method: string, target: string, { query, body, signal }: RequestOptions = {}): Promise<T> {
    const search = new URLSearchParams()
    for (const [key, value] of Object.entries(query ?? {}))
      if (value !== undefined && value !== '') search.set(key, String(value))
    const headers: Record<string, string> = { accept: 'application/json' }
    const raw = body instanceof Blob // a file travels as it is
    if (body !== undefined && !raw) headers['content-type'] = 'application/json'
    if (options.token) headers.authorization = `Bearer ${options.token}`
    const init: RequestInit = { method, headers, credentials: 'same-origin', cache: 'no-store' }
    if (body !== undefined) init.body = raw ? body : JSON.stringify(body)
    if (signal) init.signal = signal
    let response: Response
    try {
      response = await options.fetch(base + target + (search.size ? `?${search}` : ''), init)
    } catch (cause) {
      if (signal?.aborted) throw cause
      throw new NetworkError(`${method} ${target}`, { cause })
    }
    const text = await response.text().catch((cause) => {
      throw new NetworkError(`${method} ${target}`, { cause })
    })
    let parsed: unknown
    try {
      parsed = text ? JSON.parse(text) : undefined
    } catch {
      throw problemOf(response.ok ? 500 : response.status, undefined)
    }
    if (response.ok) return parsed as T
    const error = problemOf(response.status, parsed, Number(response.headers.get('retry-after')) || 0)
    if (error.code === 'unauthenticated' || error.code === 'session_ended') options.onSignedOut?.(error.code)
    throw error
  }
  return {
    get: (p, o) => request('GET', p, o),
    post: (p, o) => request('POST', p, o),
    put: (p, o) => request('PUT', p, o),
    patch: (p, o) => request('PATCH', p, o),
    delete: (p, o) => request('DELETE', p, o),
  }
}
