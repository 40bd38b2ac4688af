import { expect, test } from "vitest";
import { createLineReader } from "../../../src/backends/kubernetes/pod-logs.ts";

const line = (second: number, text: string): string => `2026-01-01T00:00:0${second}.000000000Z ${text}\n`;

test("lines lose their times, however they are cut, and keep blanks and empty lines", () => {
  const whole = line(1, "one") + line(2, "  two  ") + line(3, "");
  for (let cut = 0; cut <= whole.length; cut++) {
    let text = "";
    const reader = createLineReader((part) => {
      text += part;
    });
    reader.push(whole.slice(0, cut));
    reader.push(whole.slice(cut));
    reader.end(true);
    expect(text).toBe("one\n  two  \n\n");
  }
});

test("after a connection broke inside a line, what comes again is printed once and the cut line whole", () => {
  let text = "";
  const reader = createLineReader((part) => {
    text += part;
  });
  reader.push(line(1, "one") + line(2, "two").slice(0, -3));
  reader.end(false);
  expect(reader.last()).toContain("00:00:01");
  reader.push(line(1, "one") + line(2, "two") + line(3, "three").trimEnd());
  reader.end(true);
  expect(text).toBe("one\ntwo\nthree");
});
