/**
 * The page is made of elements and text nodes, never of markup: what is shown comes from data, models and run folders, and must
 * not be able to mean anything.
 */
export type Child = Node | string | undefined;

interface Looks {
  readonly class?: string;
  readonly title?: string;
  readonly role?: string;
  readonly label?: string;
  readonly hidden?: boolean;
}

/** An element with what is in it. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  looks: Looks = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  if (looks.class !== undefined) element.className = looks.class;
  if (looks.title !== undefined) element.title = looks.title;
  if (looks.role !== undefined) element.setAttribute('role', looks.role);
  if (looks.label !== undefined) element.setAttribute('aria-label', looks.label);
  if (looks.hidden === true) element.hidden = true;
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/** Writes text only where it changed: a page that is rewritten cannot be selected, and is read out again and again. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** The children of an element, replaced only where their key changed. */
export function fill(element: HTMLElement, key: string, children: () => readonly Node[]): void {
  if (element.dataset.key === key) return;
  element.dataset.key = key;
  element.replaceChildren(...children());
}
