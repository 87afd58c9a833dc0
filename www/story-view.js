/**
 * Story view: shows a preset's story around the laboratory: what to look for, the cases to try, the code beside the scenario,
 * and the rest of the text. Its elements stand in the page from the first preset on, hidden while none is loaded.
 */

/** @import { Leaf } from "./markdown.js" */
/** @import { Case, Code, Story } from "./story.js" */
import { byId, element, loadStyles, setText, withCode } from "./dom.js";
import { createListing } from "./listing.js";
import { readText } from "./markdown.js";
import { wordsBeside } from "./story.js";
import { createTabs } from "./tabs.js";

/**
 * @typedef {object} Actions
 * @property {(at: number) => void} pressed The button of a case.
 * @property {(name: string) => Promise<string> | null} linkTo A link to the preset of that name, if there is one.
 */

/**
 * @typedef {object} StoryView
 * @property {(story: Story | null, isEdited: boolean) => void} show
 * @property {(current: number, canRun: readonly boolean[]) => void} mark Which case runs, -1 for none, and which can.
 * @property {() => void} relink Links are made anew: they keep the place in a tour, which is another now.
 */

const COPY = "Copy code";
const COPIED_MS = 2000;
const EDITED = "You changed the text. What is said here is about the preset as it was written.";

/** @param {Leaf} leaf @returns {Node | string} */
const nodeOf = (leaf) => (typeof leaf === "string" ? leaf : element(leaf.tag, leaf.attributes ?? {}, ...leaf.children.map(nodeOf)));

/** A scene that was scrolled away comes back when it is to be watched. */
const revealScene = () => {
  const stage = byId("stage", HTMLElement);
  const { top, bottom } = byId("scene", HTMLElement).getBoundingClientRect();
  if (bottom < 0 || top > innerHeight / 2) stage.scrollIntoView({ block: "start" });
};

/**
 * Names of other presets, which texts write as code, lead there. A name of one word may be a word of the code as well.
 * @param {Element} root @param {Actions["linkTo"]} linkTo
 */
const linkNames = (root, linkTo) => root.querySelectorAll("code").forEach(async (code) => {
  const name = code.textContent ?? "";
  const href = name.includes("-") ? await linkTo(name) : null;
  if (href === null) return;
  const link = element("a", { href, "data-preset": name });
  // The page becomes another, which begins at its top.
  link.addEventListener("click", () => scrollTo(0, 0));
  code.replaceWith(link);
  link.append(code);
});

/** @param {Actions["pressed"]} pressed @param {readonly Case[]} cases */
const createCases = (pressed, cases) => cases.map(({ say }, at) => {
  const words = element("p", { id: `case-${at}` }, ...withCode(wordsBeside(say)));
  const button = element("button", { type: "button", "aria-describedby": words.id, "aria-pressed": "false" }, at === 0 ? "As it stands" : "Try");
  button.addEventListener("click", () => {
    pressed(at);
    revealScene();
  });
  return { button, item: element("li", { class: "case" }, button, words) };
});

/** @param {HTMLButtonElement} button @param {string} source @param {HTMLElement} shown */
const copy = async (button, source, shown) => {
  try {
    await navigator.clipboard.writeText(source);
    setText(button, "Copied");
  } catch {
    // Without a clipboard the code is selected, to be copied by hand.
    getSelection()?.selectAllChildren(shown);
    setText(button, "Selected");
  }
  setTimeout(() => setText(button, COPY), COPIED_MS);
};

/** The panel with the real code: a tab for each language, if there are several. @param {HTMLElement} panel */
const createCodePanel = (panel) => {
  const pre = element("pre", { id: "code-listing", class: "code-listing", tabindex: 0 });
  const copyButton = element("button", { type: "button", class: "quiet" }, COPY);
  const heading = element("h2", { id: "code-heading" });
  const row = element("div", { class: "row" });
  /** @type {Code | undefined} */
  let shown;
  /** What the reader chose last, for the next preset. */
  let language = "";
  copyButton.addEventListener("click", () => copy(copyButton, shown?.source ?? "", pre));
  panel.setAttribute("aria-labelledby", heading.id);
  panel.append(row, pre);

  return {
    /** @param {readonly Code[]} code */
    show: (code) => {
      panel.hidden = code.length === 0;
      const isAlone = code.length === 1;
      const { list, tabs, choose } = createTabs("Languages", code.map((one) => one.language), pre.id, (at) => {
        shown = code[at];
        if (!shown) return;
        pre.replaceChildren(createListing(shown.source, shown.file));
        pre.style.setProperty("--lines", String(shown.source.trimEnd().split("\n").length));
        pre.scrollTo(0, 0);
        pre.setAttribute("role", isAlone ? "region" : "tabpanel");
        pre.setAttribute("aria-labelledby", isAlone ? heading.id : tabs[at]?.id ?? "");
      });
      tabs.forEach((tab, at) => tab.addEventListener("click", () => {
        language = code[at]?.language ?? "";
      }));
      setText(heading, isAlone ? `The code in ${code[0]?.language}` : "The code");
      row.replaceChildren(heading, ...(isAlone ? [] : [list]), copyButton);
      choose(Math.max(0, code.findIndex((one) => one.language === language)));
    },
  };
};

/** @param {Actions} actions @returns {Promise<StoryView>} */
export const createStoryView = async ({ pressed, linkTo }) => {
  await loadStyles(new URL("./story.css", import.meta.url));
  const about = byId("about", HTMLParagraphElement);
  const casesPanel = byId("cases", HTMLElement);
  const rest = byId("story", HTMLElement);
  const note = element("p", { class: "hint", role: "status" });
  const list = element("ul");
  const heading = element("h2", { id: "cases-heading" }, "What to try");
  const restHeading = element("h2", { class: "hidden", id: "story-heading", tabindex: -1 }, "About this preset");
  const more = element("button", { type: "button", class: "quiet story-more" }, "What happens, why, and what was left out");
  const code = createCodePanel(byId("code", HTMLElement));
  casesPanel.setAttribute("aria-labelledby", heading.id);
  casesPanel.append(element("div", { class: "row" }, heading, note), list);
  rest.setAttribute("aria-labelledby", restHeading.id);
  about.after(more);
  more.addEventListener("click", () => {
    rest.scrollIntoView({ block: "start" });
    restHeading.focus({ preventScroll: true });
  });

  let key = "";
  /** @type {ReturnType<typeof createCases>} */
  let cases = [];

  /** @param {Story} story */
  const tell = (story) => {
    const text = readText(story.text);
    about.replaceChildren(...text.first.map(nodeOf));
    linkNames(about, linkTo);
    if (story.key === key) return;
    key = story.key;
    rest.replaceChildren(restHeading, ...text.rest.map(nodeOf));
    linkNames(rest, linkTo);
    cases = createCases(pressed, story.cases);
    list.replaceChildren(...cases.map(({ item }) => item));
    code.show(story.code);
  };

  return {
    show: (story, isEdited) => {
      for (const part of [rest, more, casesPanel, byId("code", HTMLElement)]) part.hidden = story === null;
      about.classList.toggle("is-lead", story !== null);
      if (story === null) return;
      tell(story);
      casesPanel.hidden = story.cases.length === 0;
      setText(note, isEdited ? EDITED : "");
      const first = cases[0];
      if (first) setText(first.button, isEdited ? "Back to the preset" : "As it stands");
    },
    mark: (current, canRun) => cases.forEach(({ button, item }, at) => {
      button.setAttribute("aria-pressed", String(at === current));
      button.disabled = canRun[at] === false;
      item.classList.toggle("is-current", at === current);
    }),
    relink: () => [about, rest].forEach((part) => part.querySelectorAll("a[data-preset]").forEach(async (link) => {
      link.setAttribute("href", await linkTo(link.getAttribute("data-preset") ?? "") ?? "");
    })),
  };
};
