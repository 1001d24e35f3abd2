package main

import "testing"

func TestNearest(t *testing.T) {
	words := []string{"at", "for", "last", "consumer", "catch-up", "poll-interval"}
	for written, want := range map[string]string{
		"att": "at", "a": "at", "fro": "", "fo": "for", "lats": "last", "lost": "last", "list": "last", "slow": "",
		"consmer": "consumer", "CONSUMER": "consumer", "catchup": "catch-up",
		"poll_interval": "poll-interval", "polinterval": "poll-interval", "latency": "", "": "", "x": "", "consultant": "",
	} {
		if got, near := nearest(written, words); near != (want != "") || near && got != want {
			t.Errorf("%q: %q, %v, want %q", written, got, near, want)
		}
	}
	if _, near := nearest("at", nil); near {
		t.Error("a word of an empty list is near")
	}
	if got := didYouMean("consmer", words) + didYouMean("latency", words); got != ", did you mean consumer?" {
		t.Error(got)
	}
}
