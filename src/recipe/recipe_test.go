package recipe_test

import (
	"reflect"
	"testing"
	"time"

	"raftlab/src/recipe"
)

func TestParse(t *testing.T) {
	tests := []struct {
		text, canonical string
		want            recipe.Recipe
	}{
		{"0", "0", recipe.Recipe{}},
		{"18446744073709551615", "18446744073709551615", recipe.Recipe{Seed: 1<<64 - 1}},
		{"7@1.5s:33@2.1s:9", "7@1.5s:33@2.1s:9", recipe.Recipe{Seed: 7, Branches: recipe.Branches{
			{At: 1500 * time.Millisecond, Seed: 33}, {At: 2100 * time.Millisecond, Seed: 9}}}},
		{"7@1500ms:0", "7@1.5s:0", recipe.Recipe{Seed: 7, Branches: recipe.Branches{{At: 1500 * time.Millisecond}}}},
		{"7@1ns:1@1m0.1s:2", "7@0.000000001s:1@60.1s:2", recipe.Recipe{Seed: 7, Branches: recipe.Branches{
			{At: 1, Seed: 1}, {At: 60*time.Second + 100*time.Millisecond, Seed: 2}}}},
	}
	for _, test := range tests {
		got, err := recipe.Parse(test.text)
		if err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %v, %v", test.text, got, err)
		}
		if got.String() != test.canonical {
			t.Errorf("%s: its text is %s, expected %s", test.text, got, test.canonical)
		}
	}
}

func TestErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                  " is neither a seed, a whole number of at least 0, nor a recipe, such as 7@1.5s:33",
		"-1":                "-1 is neither a seed, a whole number of at least 0, nor a recipe, such as 7@1.5s:33",
		"@1s:1":             "@1s:1 is neither a seed, a whole number of at least 0, nor a recipe, such as 7@1.5s:33",
		"7@":                "7@ is no recipe: @: a branch is a time and a seed, such as 1.5s:33",
		"7@1.5:33":          `7@1.5:33 is no recipe: @1.5:33: "1.5" is no time, such as 1.5s`,
		"7@1.5s:x":          `7@1.5s:x is no recipe: @1.5s:x: "x" is no seed, a whole number of at least 0`,
		"7@0s:3":            "7@0s:3 is no recipe: @0s:3: a branch must come after 0s",
		"7@-1s:3":           "7@-1s:3 is no recipe: @-1s:3: a branch must come after 0s",
		"7@1s:3@1000ms:4":   "7@1s:3@1000ms:4 is no recipe: @1000ms:4: a branch must come after 1s",
		"7@1s:3@2s:4@3s:5@": "7@1s:3@2s:4@3s:5@ is no recipe: @: a branch is a time and a seed, such as 1.5s:33",
	} {
		if _, err := recipe.Parse(text); err == nil || err.Error() != want {
			t.Errorf("%q: got the error %v, expected %s", text, err, want)
		}
	}
}

// What can be read has a text that says the same.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"7", "7@1.5s:33", "7@1.5s:33@2.1s:9", "7@1ns:0", "7@0s:1", "@", "7@1h:2@1m:3", "7@9e9s:1"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := recipe.Parse(text)
		if err != nil {
			return
		}
		again, err := recipe.Parse(r.String())
		if err != nil || !reflect.DeepEqual(again, r) {
			t.Errorf("%q is %s, which is %v, %v", text, r, again, err)
		}
	})
}
