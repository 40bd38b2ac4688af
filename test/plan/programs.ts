// Programs with much in them, for tests of what is printed and drawn.

/** The example of the language reference. */
export const SWEEP = `## Train every experiment that discovery finds, keep the best model.

const TRAIN = "ghcr.io/acme/ml-train:1.8.2"

type Experiment = { exp_id: String, lr: Float }
type Score      = { exp_id: String, loss: Float }

resources gpu_node { cpu: 4, memory: 16Gi, gpu: 1 }

task discover() -> [Experiment] max 200 {
  image TRAIN
  run ["python", "discover.py", "--out", out]
  resources { cpu: 0.5, memory: 512Mi }
}

task train(exp: Experiment, epochs: Int = 10) -> { score: Score, model: File } {
  image TRAIN
  run ["python", "train.py", "--exp-id", exp.exp_id, "--lr", exp.lr, "--epochs", epochs,
       "--output", out.score, "--model", out.model]
  resources gpu_node
  retry oom 2 { memory: min(memory * 2, 64Gi) }
  retry evicted 5
  timeout 6h
}

## Trains all, keeps the best.
pipeline hp_sweep(epochs: Int = 10) -> { best: Score?, model: File? } {
  let experiments = discover()
  let runs = map e in experiments
    key e.exp_id
    parallel 8
  { yield train(e, epochs) }
  check len(runs) > 0, "discovery found no experiment"
  let best = first([for r in runs by r.score.loss take 1: r])
  yield { best: best?.score, model: best?.model }
}
`;

/** Nested maps and branches, called pipelines, long names, characters that mean something to every format. */
export const TANGLED = `task a(x: Int, note: String = "") -> Int { image "x:1" run ["a", x, out, note] }
task b(x: Int) -> Int { image "x:1" run ["b", x, out] }
pipeline prep(n: Int) -> [Int] max 20 { 
  let xs = map i in range(20) { yield a(i) }
  yield xs
}
pipeline main_one(n: Int, verbose: Bool = false, names: [String] = ["a", "b"]) -> Int timeout 12h {
  let p = prep(n)
  let q = prep(n + 1)
  let rows = map r, k in p where r > 0 parallel n max n {
    let first_one = a(r)
    let cells = map c in q parallel 4 { 
       let y = if c > first_one { let z = b(c) yield a(z) } else if c == 2 { yield b(first_one) } else { yield 0 }
       yield y + first_one
    }
    check len(cells) > 0
    yield sum(cells)
  }
  let a_very_long_name_for_a_step_that_goes_on_and_on = b(sum(rows))
  let load = a(1) after rows
  let s = a(sum(rows) + load + a_very_long_name_for_a_step_that_goes_on_and_on, note: "<b>\\"quoted\\" & [x] {y} 日本語 | #1") after load
  do map n2 in names { do b(len(n2)) }
  yield s
} finally { let fin = a(0) do b(1) after fin }
`;
