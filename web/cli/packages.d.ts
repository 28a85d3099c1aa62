// Packages that come without types, as far as they are used here.

declare module 'cli-progress' {
  export class SingleBar {
    constructor(options: object);
    start(total: number, start: number, payload: object): void;
    setTotal(total: number): void;
    update(value: number, payload: object): void;
    render(force: boolean): void;
    stop(): void;
  }
}
