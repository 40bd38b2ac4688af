// Evaluates expressions as the workflow controller of Argo does. One request a line on standard input, one answer a line on standard
// output, both JSON. A request has an `expression`, evaluated like a `valueFrom.expression`, or a `template`, the text of any JSON in
// which tags are replaced; both see `parameters` as `inputs.parameters[...]`.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"

	"github.com/argoproj/argo-workflows/v4/util/expr/env"
	"github.com/argoproj/argo-workflows/v4/util/logging"
	"github.com/argoproj/argo-workflows/v4/util/template"
	"github.com/expr-lang/expr"
)

type request struct {
	Expression string            `json:"expression"`
	Template   *string           `json:"template"`
	Strict     []string          `json:"strict"`
	Parameters map[string]string `json:"parameters"`
}

type response struct {
	// Text is what would become of the tag: a string as it is, anything else as JSON.
	Text  string `json:"text"`
	Error string `json:"error,omitempty"`
}

func main() {
	ctx := logging.WithLogger(context.Background(), logging.NewSlogLogger(logging.Error, logging.Text))
	input := bufio.NewReaderSize(os.Stdin, 1<<20)
	output := bufio.NewWriter(os.Stdout)
	for {
		line, err := input.ReadBytes('\n')
		if err != nil {
			return
		}
		var asked request
		if err := json.Unmarshal(line, &asked); err != nil {
			log.Fatal(err)
		}
		answer, err := json.Marshal(evaluate(ctx, asked))
		if err != nil {
			log.Fatal(err)
		}
		output.Write(answer)
		output.WriteByte('\n')
		output.Flush()
	}
}

func evaluate(ctx context.Context, asked request) (answer response) {
	defer func() {
		if problem := recover(); problem != nil {
			answer = response{Error: fmt.Sprint("panic: ", problem)}
		}
	}()
	values := map[string]any{}
	for name, value := range asked.Parameters {
		values["inputs.parameters."+name] = value
	}
	if asked.Template != nil {
		text, err := template.ReplaceStrictAny(ctx, *asked.Template, values, asked.Strict)
		if err != nil {
			return response{Error: err.Error()}
		}
		return response{Text: text}
	}
	scope := env.GetFuncMap(values)
	program, err := expr.Compile(asked.Expression, expr.Env(scope))
	if err != nil {
		return response{Error: "compile: " + err.Error()}
	}
	result, err := expr.Run(program, scope)
	if err != nil {
		return response{Error: err.Error()}
	}
	if text, ok := result.(string); ok {
		return response{Text: text}
	}
	text, err := json.Marshal(result)
	if err != nil {
		return response{Error: err.Error()}
	}
	return response{Text: string(text)}
}
