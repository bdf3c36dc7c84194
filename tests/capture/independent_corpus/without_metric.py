"""Cells that train and measure nothing: the settings are what their authors would want recorded."""

# the cells are text, as people write it

from independent_setups import BLOBS, CANCER, CANCER_SPLIT, DIABETES_ROWS, IRIS, KERAS_DATA, SPLIT

CELLS = [
    {
        "name": "only-fit-forest",
        "setup": [CANCER_SPLIT],
        "code": """
from sklearn.ensemble import RandomForestClassifier
rfc = RandomForestClassifier(n_estimators=12, max_depth=5, class_weight='balanced', n_jobs=1, random_state=0)
rfc.fit(X_train, y_train)
""",
        "params": {
            "RandomForestClassifier.n_estimators": 12,
            "RandomForestClassifier.max_depth": 5,
            "RandomForestClassifier.class_weight": "balanced",
            **SPLIT,
        },
    },
    {
        "name": "only-fit-chained",
        "setup": [DIABETES_ROWS],
        "code": """
model = Lasso(alpha=0.3, max_iter=2000, tol=1e-3).fit(X_train, y_train)
""",
        "params": {"Lasso.alpha": 0.3, "Lasso.max_iter": 2000, "Lasso.tol": 0.001},
        "optional": ("dual_gap_", "n_iter_"),
    },
    {
        "name": "only-predict-to-submission",
        "setup": [
            CANCER_SPLIT,
            "from sklearn.linear_model import LogisticRegression\nclf = LogisticRegression(C=0.2, max_iter=200)",
        ],
        "code": """
clf.fit(X_train, y_train)
submission = pd.DataFrame({'id': X_test.index, 'target': clf.predict(X_test)})
submission.head(3)
""",
        "params": {"LogisticRegression.C": 0.2, "LogisticRegression.max_iter": 200, **SPLIT},
    },
    {
        "name": "only-split",
        "setup": [CANCER],
        "code": """
from sklearn.model_selection import train_test_split
X = df.iloc[:, :-1]
y = df['target']
X_train, X_valid, y_train, y_valid = train_test_split(X, y, test_size=0.3, stratify=y, random_state=123)
X_train.shape, X_valid.shape
""",
        "params": {"train_test_split.test_size": 0.3},
    },
    {
        "name": "only-build-torch-objects",
        "setup": [BLOBS],
        "code": """
torch.manual_seed(1)
model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Dropout(0.25), nn.Linear(16, 2))
criterion = nn.CrossEntropyLoss(label_smoothing=0.1)
optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.05)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=10, gamma=0.5)
""",
        "params": {
            "Dropout.p": 0.25,
            "CrossEntropyLoss.label_smoothing": 0.1,
            "AdamW.lr": 0.002,
            "AdamW.weight_decay": 0.05,
            "StepLR.step_size": 10,
            "StepLR.gamma": 0.5,
        },
        "optional": ("Linear.*", "Linear_*.*"),
    },
    {
        "name": "only-compile-keras",
        "setup": [KERAS_DATA],
        "code": """
model = keras.Sequential([
    layers.Dense(24, activation='tanh'),
    layers.Dropout(0.5),
    layers.Dense(1, activation='sigmoid')])
model.compile(loss='binary_crossentropy', optimizer=keras.optimizers.Adam(1e-4), metrics=['accuracy'])
model.summary()
""",
        "params": {"Dropout.rate": 0.5, "compile.loss": "binary_crossentropy", "Adam.learning_rate": 0.0001},
        "optional": ("Dense.*", "Dense_*.*", "compile.metrics"),
    },
    {
        "name": "only-kmeans-labels-plotted",
        "setup": [IRIS],
        "code": """
import matplotlib.pyplot as plt
from sklearn.cluster import KMeans
kmeans = KMeans(n_clusters=4, n_init=3, random_state=0)
labels = kmeans.fit_predict(X)
plt.scatter(X[:, 0], X[:, 1], c=labels, s=15, cmap='viridis', alpha=0.7)
plt.xlabel('sepal length'); plt.ylabel('sepal width')
plt.close()
""",
        "params": {"KMeans.n_clusters": 4, "KMeans.n_init": 3},
        "optional": ("inertia_", "inertia"),
    },
    {
        "name": "only-pca-and-pipeline",
        "setup": [CANCER_SPLIT],
        "code": """
from sklearn.pipeline import Pipeline
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
pipe_svc = Pipeline([('scl', StandardScaler()), ('pca', PCA(n_components=5)), ('clf', SVC(C=2.0, probability=False))])
pipe_svc.fit(X_train, y_train);
""",
        "params": {"PCA.n_components": 5, "SVC.C": 2.0, "SVC.probability": False, **SPLIT},
    },
    {
        "name": "only-settings",
        "setup": [],
        "code": """
# hyperparameters
batch_size = 64
block_size = 128
max_iters = 5000
learning_rate = 3e-4
n_embd, n_head = 384, 6
dropout = 0.2
device = 'cpu'
""",
        "params": {
            "batch_size": 64,
            "block_size": 128,
            "max_iters": 5000,
            "learning_rate": 0.0003,
            "n_embd": 384,
            "n_head": 6,
            "dropout": 0.2,
        },
    },
    {
        "name": "only-vectorizer-and-bayes",
        "setup": [
            """
texts = ["good film", "bad film", "great fun", "awful plot", "fun and good", "bad bad bad"] * 4
sentiment = [1, 0, 1, 0, 1, 0] * 4
""",
        ],
        "code": """
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.naive_bayes import MultinomialNB
tfidf = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
Xv = tfidf.fit_transform(texts)
nb = MultinomialNB(alpha=0.3)
nb.fit(Xv, sentiment)
nb.predict(tfidf.transform(["good plot"]))
""",
        "params": {
            "TfidfVectorizer.ngram_range": (1, 2),
            "TfidfVectorizer.min_df": 2,
            "TfidfVectorizer.sublinear_tf": True,
            "MultinomialNB.alpha": 0.3,
        },
    },
    {
        "name": "only-torch-training-no-print",
        "setup": [BLOBS],
        "code": """
H = 8
model = nn.Sequential(nn.Linear(4, H), nn.Linear(H, 2))
opt = torch.optim.SGD(model.parameters(), 0.1)
for i in range(5):
    opt.zero_grad()
    nn.functional.cross_entropy(model(x_train), y_train).backward()
    opt.step()
""",
        "params": {"H": 8, "SGD.lr": 0.1},
        "optional": ("cross_entropy", "Linear.*", "Linear_*.*"),
    },
]
