import { expect, test } from "vitest";
import { TokenList } from "../../grammar/token-list.ts";
import { contextual, END, Int, Name, PlainString, reserved, symbols } from "../../grammar/tokens.ts";

test("a token knows its kind, its place, its text and its value", () => {
  const tokens = new TokenList('let a = "x\\n"');
  tokens.pushWord(0, 3, true);
  tokens.pushWord(4, 5, false);
  tokens.push(symbols.Assign, 6, 7, false);
  tokens.push(PlainString, 8, 13, false, "x\n");
  const [word, name, sign, text] = [...tokens.entries()].map(([, token]) => token);
  expect(word).toMatchObject({ kind: reserved.let, image: "let", startsLine: true });
  expect(name).toMatchObject({ kind: Name, image: "a", start: 4, end: 5, startsLine: false });
  expect(sign).toMatchObject({ kind: symbols.Assign, image: "=", value: undefined });
  expect(text).toMatchObject({ image: '"x\\n"', value: "x\n" });
});

test("there is no token beyond both ends", () => {
  const tokens = new TokenList("a ");
  tokens.pushWord(0, 1, true);
  for (const index of [-1, 1, 2]) {
    expect(tokens.at(index)).toBeUndefined();
    expect(tokens.kindAt(index)).toBe(END);
    expect(tokens.startsLineAt(index)).toBe(false);
  }
  expect([tokens.endAt(-1), tokens.startAt(1)]).toEqual([0, 2]);
});

test("a list holds more tokens than the text led to expect", () => {
  const tokens = new TokenList("1");
  for (let index = 0; index < 5000; index++) tokens.push(Int, 0, 1, index % 2 === 0);
  expect(tokens.length).toBe(5000);
  expect(tokens.at(4998)).toMatchObject({ kind: Int, image: "1", startsLine: true });
});

test("a token of another kind keeps its text", () => {
  const tokens = new TokenList("elsif");
  tokens.pushWord(0, 5, true);
  tokens.retype(0, contextual.elif);
  expect(tokens.at(0)).toMatchObject({ kind: contextual.elif, image: "elsif" });
});

test("a word is found again among others that share its place, by what stands in the text", () => {
  const words = Array.from({ length: 20_000 }, (_, at) => `word${at}`);
  const text = [...words, ...words, "task"].join(" ");
  const tokens = new TokenList(text);
  let at = 0;
  for (const word of text.split(" ")) {
    tokens.pushWord(at, at + word.length, false);
    at += word.length + 1;
  }
  expect(tokens.imageAt(19_999)).toBe("word19999");
  for (const index of [0, 1, 777, 4096, 19_999]) expect(tokens.imageAt(20_000 + index)).toBe(words[index]);
  expect(tokens.kindAt(40_000)).toBe(contextual.task);
});
