// Builds flytectl as it is released. Its own module cannot be installed by version, since it replaces its siblings by
// folders beside it; this one requires them by version instead.
package main

import (
	"os"

	"github.com/flyteorg/flyte/flytectl/cmd"
)

func main() {
	if err := cmd.ExecuteCmd(); err != nil {
		os.Exit(1)
	}
}
