// The browser's own list of steps. It goes back a moment after it is told to, and meanwhile takes new steps as though it had not been told:
// so what is written in between waits until it has arrived.
export class BrowserSteps {
  readonly #waiting: (() => void)[] = [];
  #isGoing = false;

  /** @param onArrive called where somebody came by back, forward or an address, and has not gone on since */
  constructor(onArrive: () => void) {
    window.addEventListener('popstate', () => {
      this.#isGoing = false;
      if (this.#waiting.length === 0) onArrive();
      this.#run();
    });
  }

  push(step: unknown, url: string): void {
    this.#then(() => history.pushState(step, '', url));
  }

  replace(step: unknown, url?: string): void {
    this.#then(() => history.replaceState(step, '', url));
  }

  /** Another address for the same step. */
  readdress(url: string): void {
    this.#then(() => history.replaceState(history.state, '', url));
  }

  /** One step back where `isStep` says so of the step that the browser stands at; else that step is replaced. */
  leave(isStep: (step: unknown) => boolean, step: unknown, url: string): void {
    this.#then(() => {
      if (isStep(history.state)) this.#go(-1);
      else history.replaceState(step, '', url);
    });
  }

  go(by: 1 | -1): void {
    this.#then(() => this.#go(by));
  }

  #go(by: 1 | -1): void {
    this.#isGoing = true;
    history.go(by);
  }

  #then(write: () => void): void {
    this.#waiting.push(write);
    this.#run();
  }

  #run(): void {
    while (!this.#isGoing && this.#waiting.length > 0) this.#waiting.shift()!();
  }
}
