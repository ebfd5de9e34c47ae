/** One page of a browser: goes to an address, acts as a person does, and notes what goes wrong. */
import { z } from "zod";
import type { DevTools, DevToolsEvent } from "./devtools.ts";

export interface Screen {
  readonly width: number;
  readonly height: number;
  /** Pixels of a picture for one of the page. */
  readonly scale?: number;
  readonly dark?: boolean;
  /** A finger instead of a mouse. */
  readonly touch?: boolean;
}

const LOOK_EVERY_MS = 50;
const PATIENCE_MS = 60_000;

const evaluated = z.object({
  result: z.object({ value: z.unknown().optional() }),
  exceptionDetails: z.object({
    text: z.string(),
    exception: z.object({ description: z.string().optional() }).optional(),
  }).optional(),
});
const asked = z.object({ request: z.object({ url: z.string() }) });
const point = z.object({ x: z.number(), y: z.number() });
const navigated = z.object({ loaderId: z.string(), errorText: z.string().optional() });
const lifecycle = z.object({ name: z.string(), loaderId: z.string() });

export class Tab {
  /** Errors in the console, exceptions of scripts, and what the page's policy has stopped. */
  readonly problems: string[] = [];
  /** Every address that pages of this tab have asked for. */
  readonly requested: string[] = [];
  readonly #tools: DevTools;
  readonly #session: string;
  /** What has loaded, and who is told of more. */
  readonly #loaded = new Set<string>();
  #onLoad: () => void = () => {};

  private constructor(tools: DevTools, session: string) {
    this.#tools = tools;
    this.#session = session;
    tools.listen((event) => this.#note(event));
  }

  static async prepare(tools: DevTools, session: string): Promise<Tab> {
    const tab = new Tab(tools, session);
    for (const domain of ["Page", "Runtime", "Log", "Network"]) await tab.#call(`${domain}.enable`);
    await tab.#call("Page.setLifecycleEventsEnabled", { enabled: true });
    return tab;
  }

  async show({ width, height, scale = 1, dark = false, touch = false }: Screen): Promise<void> {
    await this.#call("Emulation.setDeviceMetricsOverride", {
      width,
      height,
      deviceScaleFactor: scale,
      mobile: touch,
    });
    await this.#call("Emulation.setTouchEmulationEnabled", { enabled: touch });
    await this.#call("Emulation.setEmulatedMedia", {
      features: [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }],
    });
  }

  /** The language that pages opened from now on are told. */
  async speak(language: string): Promise<void> {
    const { userAgent } = await this.#tools.call("Browser.getVersion");
    await this.#call("Emulation.setUserAgentOverride", { userAgent, acceptLanguage: language });
  }

  /**
   * Resolves when the page and what it is made of have come. That a page has come is told of the
   * empty one as well with which the tab begins, perhaps only now.
   * @throws {Error} when there is no such page
   */
  async go(address: string): Promise<void> {
    const { loaderId, errorText } = navigated.parse(
      await this.#call("Page.navigate", { url: address }),
    );
    if (errorText !== undefined) throw new Error(`${address}: ${errorText}`);
    while (!this.#loaded.has(loaderId)) {
      await new Promise<void>((resolve) => this.#onLoad = resolve);
    }
  }

  /**
   * The value of an expression in the page, promises awaited.
   * @throws {Error} what the expression throws
   */
  async evaluate(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = evaluated.parse(
      await this.#call("Runtime.evaluate", {
        expression,
        awaitPromise: true,
        returnByValue: true,
        userGesture: true,
      }),
    );
    if (exceptionDetails !== undefined) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    }
    return result.value;
  }

  /**
   * Looks again until the expression gives something.
   * @throws {Error} after a minute, with what the page shows
   */
  async until(expression: string): Promise<unknown> {
    const deadline = performance.now() + PATIENCE_MS;
    while (performance.now() < deadline) {
      const value = await this.evaluate(expression);
      if (value) return value;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
    const shown = await this.evaluate("document.body.innerText");
    throw new Error(`Waited for ${expression}; the page shows:\n${shown}`);
  }

  /** Clicks into the middle of the element, once it is there, stands still and is not covered. */
  async click(element: string): Promise<void> {
    const place = await this.#restingPlaceOf(element);
    const press = { ...place, button: "left", clickCount: 1 };
    await this.#call("Input.dispatchMouseEvent", { type: "mouseMoved", ...place });
    await this.#call("Input.dispatchMouseEvent", { type: "mousePressed", ...press });
    await this.#call("Input.dispatchMouseEvent", { type: "mouseReleased", ...press });
  }

  async #restingPlaceOf(element: string): Promise<z.infer<typeof point>> {
    const deadline = performance.now() + PATIENCE_MS;
    for (let place = await this.#placeOf(element); performance.now() < deadline;) {
      const before = place;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      place = await this.#placeOf(element);
      if (place.x === before.x && place.y === before.y) return place;
    }
    throw new Error(`${element} never stands still`);
  }

  /** Where it can be clicked. */
  async #placeOf(element: string): Promise<z.infer<typeof point>> {
    return point.parse(
      await this.until(`(() => {
        const element = ${element};
        if (!element) return undefined;
        element.scrollIntoView({ block: "nearest", behavior: "instant" });
        const box = element.getBoundingClientRect();
        const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
        return element.contains(document.elementFromPoint(x, y)) ? { x, y } : undefined;
      })()`),
    );
  }

  /** Types into whatever has the focus. */
  async type(text: string): Promise<void> {
    await this.#call("Input.insertText", { text });
  }

  /** @param key as `KeyboardEvent.key` names it */
  async press(key: string): Promise<void> {
    const code = key === "Enter" ? { windowsVirtualKeyCode: 13, text: "\r" } : {};
    await this.#call("Input.dispatchKeyEvent", { type: "keyDown", key, ...code });
    await this.#call("Input.dispatchKeyEvent", { type: "keyUp", key, ...code });
  }

  /** @param part in pixels of the page; what the screen shows when absent */
  async picture(
    part?: {
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
    },
  ): Promise<Uint8Array> {
    const clip = part === undefined
      ? {}
      : { clip: { ...part, scale: 1 }, captureBeyondViewport: true };
    const { data } = await this.#call("Page.captureScreenshot", { format: "png", ...clip });
    return Uint8Array.fromBase64(z.string().parse(data));
  }

  #call(method: string, parameters?: Record<string, unknown>): Promise<Record<string, unknown>> {
    return this.#tools.call(method, parameters, this.#session);
  }

  #note({ method, sessionId, parameters }: DevToolsEvent): void {
    if (sessionId !== this.#session) return;
    if (method === "Page.lifecycleEvent") this.#noteLife(lifecycle.parse(parameters));
    if (method === "Network.requestWillBeSent") {
      this.requested.push(asked.parse(parameters).request.url);
    }
    const isProblem = method === "Runtime.exceptionThrown" ||
      (method === "Runtime.consoleAPICalled" && parameters.type === "error") ||
      (method === "Log.entryAdded" && /"level":"error"/.test(JSON.stringify(parameters)));
    if (isProblem) this.problems.push(JSON.stringify(parameters));
  }

  #noteLife({ name, loaderId }: z.infer<typeof lifecycle>): void {
    if (name !== "load") return;
    this.#loaded.add(loaderId);
    this.#onLoad();
  }
}
