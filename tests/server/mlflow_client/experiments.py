"""Experiments, by the MLflow client."""

import uuid

import mlflow
import pytest
from mlflow.entities import ViewType
from mlflow.exceptions import MlflowException, RestException


@pytest.fixture
def client():
    return mlflow.MlflowClient()


@pytest.fixture
def name():
    return f"experiment {uuid.uuid4().hex}"


def test_default_is_there(client):
    default = client.get_experiment("0")
    assert (default.name, default.lifecycle_stage) == ("Default", "active")


def test_made_and_found(client, name):
    made = client.create_experiment(name, tags={"team": "red"})
    found = client.get_experiment_by_name(name)
    assert (found.experiment_id, found.name, found.tags) == (made, name, {"team": "red"})
    assert found.artifact_location == f"mlflow-artifacts:/{made}"
    assert found.creation_time == found.last_update_time > 1_600_000_000_000
    assert client.get_experiment_by_name("none of this name") is None


@pytest.mark.parametrize("odd", ["with space", "a/b", "ünïcode ☃", "x" * 500])
def test_names_round_trip(client, odd):
    unique = odd if len(odd) == 500 else f"{odd} {uuid.uuid4().hex}"
    made = client.create_experiment(unique)
    assert client.get_experiment(made).name == unique


@pytest.mark.parametrize("bad", ["", "x" * 501])
def test_bad_names_are_refused(client, bad):
    with pytest.raises(MlflowException) as error:
        client.create_experiment(bad)
    assert error.value.error_code == "INVALID_PARAMETER_VALUE"


def test_a_taken_name_is_refused_also_by_a_deleted_one(client, name):
    made = client.create_experiment(name)
    for _ in range(2):
        with pytest.raises(RestException, match=rf"Experiment\(name={name}\) already exists") as error:
            client.create_experiment(name)
        assert error.value.error_code == "RESOURCE_ALREADY_EXISTS"
        client.delete_experiment(made) if client.get_experiment(made).lifecycle_stage == "active" else None


def test_renamed_tagged_deleted_and_restored(client, name):
    made = client.create_experiment(name)
    client.rename_experiment(made, f"{name} renamed")
    client.set_experiment_tag(made, "k", "v")
    client.set_experiment_tag(made, "k", "w")
    assert client.get_experiment(made).tags == {"k": "w"}
    client.delete_experiment_tag(made, "k")
    assert client.get_experiment(made).tags == {}
    run = client.create_run(made)
    client.delete_experiment(made)
    assert client.get_experiment(made).lifecycle_stage == "deleted"
    assert client.get_run(run.info.run_id).info.lifecycle_stage == "deleted"
    client.restore_experiment(made)
    assert client.get_experiment(made).name == f"{name} renamed"
    assert client.get_run(run.info.run_id).info.lifecycle_stage == "active"


def test_default_can_be_deleted_and_restored(client):
    client.delete_experiment("0")
    assert client.get_experiment("0").lifecycle_stage == "deleted"
    client.restore_experiment("0")


def test_a_deleted_experiment_accepts_no_writes(client, name):
    made = client.create_experiment(name)
    client.delete_experiment(made)
    for attempt in (
        lambda: client.create_run(made),
        lambda: client.set_experiment_tag(made, "k", "v"),
        lambda: client.rename_experiment(made, f"{name} other"),
    ):
        with pytest.raises(RestException) as error:
            attempt()
        assert error.value.get_http_status_code() == 400
    with pytest.raises(RestException) as error:
        client.delete_experiment(made)
    assert error.value.error_code == "RESOURCE_DOES_NOT_EXIST"


@pytest.mark.parametrize(
    ("wrong", "code", "words"),
    [
        ("987654", "RESOURCE_DOES_NOT_EXIST", "No Experiment with id=987654 exists"),
        ("-1", "RESOURCE_DOES_NOT_EXIST", "No Experiment with id=-1 exists"),
        ("abc", "INVALID_PARAMETER_VALUE", "Invalid experiment ID 'abc'. Experiment ID must be a valid integer."),
    ],
)
def test_unknown_ids(client, wrong, code, words):
    with pytest.raises(RestException) as error:
        client.get_experiment(wrong)
    assert error.value.error_code == code
    assert words in error.value.message


def test_new_names_have_the_limit_of_names(client, name):
    made = client.create_experiment(name)
    with pytest.raises(RestException, match="'name' exceeds the maximum length of 500 characters"):
        client.rename_experiment(made, "x" * 501)


def test_artifacts_where_the_client_chooses(client, name, tmp_path):
    location = (tmp_path / "chosen").as_uri()
    made = client.create_experiment(name, artifact_location=location)
    run = client.create_run(made)
    client.log_text(run.info.run_id, "words", "note.txt")
    assert run.info.artifact_uri == f"{location}/{run.info.run_id}/artifacts"
    assert (tmp_path / "chosen" / run.info.run_id / "artifacts" / "note.txt").read_text() == "words"
    assert [each.path for each in client.list_artifacts(run.info.run_id)] == ["note.txt"]


def test_search(client):
    suffix = uuid.uuid4().hex
    made = [client.create_experiment(f"{each}-{suffix}", tags={"own": suffix}) for each in "abcde"]
    client.delete_experiment(made[4])
    mine = f"tags.own = '{suffix}'"
    assert [each.experiment_id for each in client.search_experiments(filter_string=mine)] == made[3::-1]
    assert [each.name[0] for each in client.search_experiments(filter_string=mine, order_by=["name ASC"])] == list(
        "abcd"
    )
    deleted = client.search_experiments(filter_string=mine, view_type=ViewType.DELETED_ONLY)
    assert [each.experiment_id for each in deleted] == made[4:]
    assert len(client.search_experiments(filter_string=mine, view_type=ViewType.ALL)) == 5
    first = client.search_experiments(filter_string=mine, max_results=3)
    rest = client.search_experiments(filter_string=mine, max_results=3, page_token=first.token)
    assert [each.experiment_id for each in [*first, *rest]] == made[3::-1]
    assert rest.token is None


def test_set_experiment(name):
    made = mlflow.set_experiment(name)
    assert made.name == name
    assert mlflow.set_experiment(experiment_id=made.experiment_id).name == name
    with mlflow.start_run() as run:
        assert run.info.experiment_id == made.experiment_id
