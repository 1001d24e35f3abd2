package reshard_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/kcalc/kcalc/calc/keys"
	"github.com/kcalc/kcalc/calc/reshard"
	"github.com/kcalc/kcalc/cloudwatch/fakeaws"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/modeltest"
)

// stream is one of the Kinesis server that is not of this project.
type stream struct {
	*testing.T
	client *kinesis.Client
	name   *string
}

func newStream(t *testing.T, address, name string, shards int) *stream {
	client := kinesis.New(kinesis.Options{Region: "us-east-1", BaseEndpoint: &address,
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")})
	s := &stream{t, client, aws.String(fmt.Sprintf("%s-%d", name, time.Now().UnixNano()))}
	if _, err := client.CreateStream(s.Context(), &kinesis.CreateStreamInput{StreamName: s.name, ShardCount: aws.Int32(int32(shards))}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.DeleteStream(context.Background(), &kinesis.DeleteStreamInput{StreamName: s.name}) })
	s.active()
	return s
}

func (s *stream) active() {
	s.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		out, err := s.client.DescribeStreamSummary(s.Context(), &kinesis.DescribeStreamSummaryInput{StreamName: s.name})
		if err != nil {
			s.Fatal(err)
		}
		if out.StreamDescriptionSummary.StreamStatus == types.StreamStatusActive {
			return
		}
	}
	s.Fatal("the stream is not active")
}

// open returns the open shards by where their hash ranges begin.
func (s *stream) open() []model.Shard {
	out, err := s.client.ListShards(s.Context(), &kinesis.ListShardsInput{StreamName: s.name})
	if err != nil {
		s.Fatal(err)
	}
	var list []model.Shard
	for _, sh := range out.Shards {
		if sh.SequenceNumberRange.EndingSequenceNumber == nil {
			list = append(list, model.Shard{ID: *sh.ShardId, FirstHash: *sh.HashKeyRange.StartingHashKey, LastHash: *sh.HashKeyRange.EndingHashKey})
		}
	}
	slices.SortFunc(list, func(a, b model.Shard) int {
		x, _ := model.ParseHash(a.FirstHash)
		y, _ := model.ParseHash(b.FirstHash)
		return x.Compare(y)
	})
	return list
}

func (s *stream) shard(r model.HashRange) *string {
	for _, sh := range s.open() {
		if sh.FirstHash == r.First.String() && sh.LastHash == r.Last.String() {
			return aws.String(sh.ID)
		}
	}
	s.Fatalf("no open shard %v", r)
	return nil
}

func (s *stream) run(steps []reshard.Step) {
	for _, step := range steps {
		var err error
		if step.Kind == reshard.Split {
			_, err = s.client.SplitShard(s.Context(), &kinesis.SplitShardInput{StreamName: s.name, ShardToSplit: s.shard(step.Shard),
				NewStartingHashKey: aws.String(step.At.String())})
		} else {
			_, err = s.client.MergeShards(s.Context(), &kinesis.MergeShardsInput{StreamName: s.name, ShardToMerge: s.shard(step.Shard),
				AdjacentShardToMerge: s.shard(step.Adjacent.Value)})
		}
		if err != nil {
			s.Fatalf("%v: %v", step, err)
		}
		s.active()
		for deadline := time.Now().Add(30 * time.Second); len(s.open()) != step.Open; time.Sleep(20 * time.Millisecond) {
			if time.Now().After(deadline) {
				s.Fatalf("%v did nothing", step)
			}
		}
	}
}

// Kinesis takes the steps to any ranges, and puts each record on the shard on which it was
// placed: 10,000 keys on 50 sets of ranges.
func TestKinesisPlacesAlike(t *testing.T) {
	address := fakeaws.Kinesis(t)
	const sets, records = 50, 200
	limits := model.PublishedLimits()
	var all sync.WaitGroup
	for worker := range 5 {
		all.Go(func() {
			random := rand.New(rand.NewPCG(uint64(worker), 1))
			n := 1 + random.IntN(4)
			s := newStream(t, address, fmt.Sprintf("placed-%d", worker), n)
			today, err := keys.RangesOf(s.open()) // the server rounds otherwise than AWS
			if err != nil {
				t.Error(err)
				return
			}
			for range modeltest.Draws(sets) / 5 {
				to := keys.Ranges{{}}
				for range 1 + random.IntN(4) {
					to = append(to, model.Hash{Hi: random.Uint64(), Lo: random.Uint64()})
				}
				slices.SortFunc(to, model.Hash.Compare)
				s.run(reshard.Sweep(today, to))
				today = to
				s.check(random, today, records, &limits)
			}
		})
	}
	all.Wait()
}

// check writes random records, and compares their shards with where they are placed.
func (s *stream) check(random *rand.Rand, today keys.Ranges, n int, limits *model.Limits) {
	open := s.open()
	if got, err := keys.RangesOf(open); err != nil || !slices.Equal(got, today) {
		s.Errorf("%v, %v, want %v", got, err, today)
		return
	}
	var entries []types.PutRecordsRequestEntry
	for range n {
		entries = append(entries, types.PutRecordsRequestEntry{Data: []byte("x"),
			PartitionKey: aws.String(fmt.Sprintf("key-%x-ü", random.Uint64()))})
	}
	out, err := s.client.PutRecords(s.Context(), &kinesis.PutRecordsInput{StreamName: s.name, Records: entries})
	if err != nil {
		s.Error(err)
		return
	}
	for i, r := range out.Records {
		one := &model.KeyCounts{Keys: []model.KeyCount{{Hash: model.HashOf(*entries[i].PartitionKey), Records: 1}}}
		set := keys.New(one, limits)
		at, _ := set.Hottest(set.Place(today))
		if r.ShardId == nil || *r.ShardId != open[at].ID {
			s.Errorf("%s is on %s, placed on %s", *entries[i].PartitionKey, aws.ToString(r.ShardId), open[at].ID)
		}
	}
}
