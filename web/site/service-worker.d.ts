// The service worker's own types that Workbox names. TypeScript's library for them cannot stand beside the page's.

interface ExtendableEvent extends Event {
  waitUntil(promise: Promise<unknown>): void;
}
interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(response: Response | Promise<Response>): void;
}
interface Client {
  readonly id: string;
  readonly url: string;
}
