"""Words, tokens and strings."""

# the cells are text, as people write it

from setups import RNG_3, RNG_5, RNG_11, RNG_21, RNG_77

CELLS = [
    {
        "name": "textbook-perceptron",
        "setup": RNG_3 + "X = rng.normal(size=(20, 2))\nt = np.sign(X[:, 0] + 0.2)",
        "code": """
eta = 1.0
w = np.zeros(2)
b = 0.0
for epoch in range(5):
    errors = 0
    for xi, ti in zip(X, t):
        if ti * (w @ xi + b) <= 0:
            w += eta * ti * xi
            b += eta * ti
            errors += 1
    print(epoch, errors)
    if errors == 0:
        break
accuracy = np.mean(np.sign(X @ w + b) == t)
print("train accuracy:", accuracy)
""",
        "params": {"eta": 1.0},
        "metrics": ("accuracy",),
        "curves": {"errors": range(5)},
    },
    {
        "name": "debug-fstring",
        "setup": RNG_5,
        "code": """
a = rng.random()
b = a * 2
print(f"{a=} {b=:.3f}")
""",
        "metrics": ("a", "b"),
    },
    {
        "name": "word-counts",
        "setup": "text = 'the cat and the dog'",
        "code": """
from collections import Counter
words = text.split()
counts = Counter(words)
n_words = len(words)
n_unique = len(set(words))
ttr = n_unique / n_words
print(counts.most_common(2))
""",
        "params": {"text": "the cat and the dog"},
        "metrics": ("ttr",),
    },
    {
        "name": "stopword-filter",
        "setup": "docs = ['a cat sat', 'the dog ran fast']",
        "code": """
stop = {"a", "the"}
tokens = [w for d in docs for w in d.split() if w not in stop]
avg_len = sum(len(w) for w in tokens) / len(tokens)
print(len(tokens), avg_len)
""",
        "params": {"docs": ["a cat sat", "the dog ran fast"]},
        "metrics": ("avg_len",),
    },
    {
        "name": "perplexity",
        "setup": RNG_11 + "counts = np.array([5, 3, 2])",
        "code": """
smoothing = 1.0
probs = (counts + smoothing) / (counts.sum() + smoothing * len(counts))
entropy = -(probs * np.log2(probs)).sum()
perplexity = 2 ** entropy
print(f"entropy={entropy:.3f} perplexity={perplexity:.3f}")
""",
        "params": {"smoothing": 1.0},
        "metrics": ("entropy", "perplexity"),
    },
    {
        "name": "string-results",
        "setup": RNG_21,
        "code": """
grades = {"a": 0.91, "b": 0.72}
best_student = max(grades, key=grades.get)
summary = ", ".join(f"{k}={v:.2f}" for k, v in grades.items())
print(summary)
""",
        "params": {"grades.a": 0.91, "grades.b": 0.72},
    },
    {
        "name": "text-similarity",
        "setup": "import math\nfrom collections import Counter",
        "code": """
a = "the quick brown fox"
b = "the lazy brown dog"
ca, cb = Counter(a.split()), Counter(b.split())
dot = sum(ca[w] * cb[w] for w in ca)
norm = math.sqrt(sum(v * v for v in ca.values())) * math.sqrt(sum(v * v for v in cb.values()))
cosine = dot / norm
print(f"cosine similarity: {cosine:.3f}")
""",
        "params": {"a": "the quick brown fox", "b": "the lazy brown dog"},
        "metrics": ("cosine",),
    },
    {
        "name": "string-keys-built-in-loop",
        "setup": RNG_77,
        "code": """
scores = {}
for split in ("train", "val"):
    for metric in ("mae", "mse"):
        scores[f"{split}_{metric}"] = float(rng.random())
scores
""",
        "metrics": ("scores.train_mae", "scores.train_mse", "scores.val_mae", "scores.val_mse"),
    },
    {
        "name": "string-processing-rates",
        "setup": "emails = ['win cash now', 'hello bob', 'cash prize', 'lunch at noon']\nlabels = [1, 0, 1, 0]",
        "code": """
spam_words = {"cash", "win", "prize"}
preds = [int(bool(spam_words & set(e.split()))) for e in emails]
correct = sum(p == l for p, l in zip(preds, labels))
accuracy = correct / len(labels)
flagged = sum(preds)
print(f"accuracy {accuracy:.0%}, flagged {flagged}")
""",
        "params": {"emails": ["win cash now", "hello bob", "cash prize", "lunch at noon"], "labels": [1, 0, 1, 0]},
        "metrics": ("accuracy",),
    },
    {
        "name": "text-tokens",
        "setup": "docs = ['the cat sat', 'the dog', 'a cat and a dog sat']\n",
        "code": """
from collections import Counter
import re
min_len = 2
tokens = [w for d in docs for w in re.findall(r"\\w+", d.lower()) if len(w) >= min_len]
vocab = Counter(tokens)
vocab_size = len(vocab)
top = vocab.most_common(2)
print(vocab_size, top)
""",
        "params": {"min_len": 2, "docs": ["the cat sat", "the dog", "a cat and a dog sat"]},
    },
    {
        "name": "type-token-ratio",
        "setup": "text = 'to be or not to be that is the question'\n",
        "code": """
words = text.split()
ttr = len(set(words)) / len(words)
avg_len = sum(len(w) for w in words) / len(words)
print(f"TTR {ttr:.2f}, average length {avg_len:.1f}")
""",
        "params": {"text": "to be or not to be that is the question"},
        "metrics": ("ttr", "avg_len"),
    },
    {
        "name": "dp-edit-distance",
        "setup": "a = 'kitten'\nb = 'sitting'\n",
        "code": """
m, n = len(a), len(b)
D = [[0] * (n + 1) for _ in range(m + 1)]
for i in range(m + 1):
    for j in range(n + 1):
        if i == 0 or j == 0:
            D[i][j] = i + j
        else:
            D[i][j] = min(D[i - 1][j] + 1, D[i][j - 1] + 1, D[i - 1][j - 1] + (a[i - 1] != b[j - 1]))
distance = D[m][n]
similarity = 1 - distance / max(m, n)
print(distance, similarity)
""",
        "params": {"a": "kitten", "b": "sitting"},
        "metrics": ("distance", "similarity"),
    },
    {
        "name": "bleu-ish",
        "setup": "ref = 'the cat is on the mat'.split()\nhyp = 'the cat sat on mat'.split()\n",
        "code": """
from collections import Counter
import math
overlap = Counter(ref) & Counter(hyp)
matches = sum(overlap.values())
p1 = matches / len(hyp)
bp = min(1.0, math.exp(1 - len(ref) / len(hyp)))
bleu1 = bp * p1
print(f"BLEU-1 = {bleu1:.3f} (bp={bp:.2f})")
""",
        "params": {
            "ref": ["the", "cat", "is", "on", "the", "mat"],
            "hyp": ["the", "cat", "sat", "on", "mat"],
        },
        "metrics": ("bleu1", "bp"),
    },
    {
        "name": "clean-text-only",
        "setup": "raw = ['  Hello, World! ', 'FOO bar']\n",
        "code": """
import string
table = str.maketrans("", "", string.punctuation)
clean = [r.strip().lower().translate(table) for r in raw]
for line in clean:
    print(line)
""",
        "params": {"raw": ["  Hello, World! ", "FOO bar"]},
    },
    {
        "name": "regex-extract",
        "setup": "log = 'epoch 1 loss 0.9\\nepoch 2 loss 0.7\\nepoch 3 loss 0.65'\n",
        "code": """
import re
pattern = r"loss ([\\d.]+)"
found = [float(m) for m in re.findall(pattern, log)]
drop = found[0] - found[-1]
print(found, drop)
""",
        "params": {"pattern": r"loss ([\d.]+)", "log": "epoch 1 loss 0.9\nepoch 2 loss 0.7\nepoch 3 loss 0.65"},
        "metrics": ("drop",),
    },
    {
        "name": "vocab-coverage",
        "setup": "corpus = ['red blue green', 'blue blue', 'green yellow']\nqueries = ['blue red', 'purple green']\n",
        "code": """
vocab = {w for line in corpus for w in line.split()}
toks = [w for q in queries for w in q.split()]
coverage = sum(w in vocab for w in toks) / len(toks)
oov = sorted(set(toks) - vocab)
print(f"coverage {coverage:.0%}, OOV: {oov}")
""",
        "params": {"corpus": ["red blue green", "blue blue", "green yellow"], "queries": ["blue red", "purple green"]},
        "metrics": ("coverage",),
    },
    {
        "name": "ngram-perplexity",
        "setup": "train_text = 'a b a c a b'.split()\ntest_text = 'a b c'.split()\n",
        "code": """
from collections import Counter
import math
smoothing = 0.5
uni = Counter(train_text)
bi = Counter(zip(train_text, train_text[1:]))
V = len(uni)
logp = 0.0
for w1, w2 in zip(test_text, test_text[1:]):
    logp += math.log((bi[w1, w2] + smoothing) / (uni[w1] + smoothing * V))
ppl = math.exp(-logp / (len(test_text) - 1))
print("perplexity:", round(ppl, 2))
""",
        "params": {
            "smoothing": 0.5,
            "train_text": ["a", "b", "a", "c", "a", "b"],
            "test_text": ["a", "b", "c"],
        },
        "metrics": ("ppl",),
    },
]
