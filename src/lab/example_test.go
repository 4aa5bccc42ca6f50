package lab_test

import (
	"fmt"

	"raftlab/src/lab"
)

func Example() {
	locks := &lab.Lab{
		Name: "lock", Title: "Locks",
		Parts: []lab.Part{{Name: "A", Title: "locks"}, {Name: "B", Title: "crashes", Needs: []string{"A"}}},
		Scenarios: []lab.Scenario{
			{Name: "OneHolder", Part: "A", Tier: lab.Classic},
			{Name: "HolderSurvivesCrash", Part: "B", Tier: lab.Classic},
			{Name: "ServerSurvivesCrash", Part: "B", Tier: lab.Strict},
		},
	}
	show := func(pattern string, tiers ...lab.Tier) {
		scenarios, err := locks.Select(pattern, tiers...)
		if err != nil {
			fmt.Println(err)
		}
		for _, s := range scenarios {
			fmt.Println(s.Name, locks.Needed(s))
		}
	}
	show("b")
	show("A|Server", lab.Strict)
	show("Server", lab.Strict)
	// Output:
	// HolderSurvivesCrash [B A]
	// ServerSurvivesCrash [B A]
	// no scenario of tier strict matches "A" of -run "A|Server"; grader list shows all
	// ServerSurvivesCrash [B A]
}
