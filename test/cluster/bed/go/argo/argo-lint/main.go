// Command argo-lint is `argo lint --offline --strict FILE...` without the rest of Argo's command line, which cannot be
// built from its module: that holds no web files.
// Exit status: 0 all files are valid, 1 a file is not, 2 usage or read error.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/argoproj/argo-workflows/v4/cmd/argo/lint"
	"github.com/argoproj/argo-workflows/v4/pkg/apiclient"
	"github.com/argoproj/argo-workflows/v4/util/logging"
)

func main() {
	files := os.Args[1:]
	if len(files) == 0 {
		fmt.Fprintln(os.Stderr, "usage: argo-lint FILE...")
		os.Exit(2)
	}
	ok, err := run(files)
	if err != nil {
		fmt.Fprintln(os.Stderr, "argo-lint:", err)
		os.Exit(2)
	}
	if !ok {
		os.Exit(1)
	}
}

func run(files []string) (bool, error) {
	ctx := logging.WithLogger(context.Background(), logging.NewSlogLogger(logging.Error, logging.Text))
	ctx, client, err := apiclient.NewClientFromOptsWithContext(ctx, apiclient.Opts{Offline: true, OfflineFiles: files})
	if err != nil {
		return false, err
	}
	formatter, err := lint.GetFormatter("simple")
	if err != nil {
		return false, err
	}
	opts := lint.LintOptions{
		Files:            files,
		Strict:           true,
		DefaultNamespace: "default",
		Formatter:        formatter,
		Printer:          os.Stdout,
	}
	opts.ServiceClients.WorkflowsClient = client.NewWorkflowServiceClient(ctx)
	if opts.ServiceClients.WorkflowTemplatesClient, err = client.NewWorkflowTemplateServiceClient(); err != nil {
		return false, err
	}
	if opts.ServiceClients.CronWorkflowsClient, err = client.NewCronWorkflowServiceClient(); err != nil {
		return false, err
	}
	if opts.ServiceClients.ClusterWorkflowTemplateClient, err = client.NewClusterWorkflowTemplateServiceClient(); err != nil {
		return false, err
	}
	result, err := lint.Lint(ctx, &opts)
	if err != nil {
		return false, err
	}
	return result.Success, nil
}
